/** One Ctrl-C through npm arrives twice, some 7 ms apart; only a later signal means "at once". */
const SAME_SIGNAL_MS = 1_000;

/** What a signal may lead to. */
export interface StopActions {
  /** Called at the first signal. */
  stop: () => void;
  /** Called at a signal that comes more than a second after the first. */
  force: () => void;
  now?: () => number;
}

/** A handler for every signal that asks a process to end. */
export function createStopHandler({ stop, force, now = () => performance.now() }: StopActions): () => void {
  let first: number | undefined;
  return () => {
    if (first === undefined) {
      first = now();
      stop();
    } else if (now() - first > SAME_SIGNAL_MS) force();
  };
}
