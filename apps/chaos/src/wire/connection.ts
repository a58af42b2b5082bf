import type { Socket } from "node:net";
import { sleep } from "../clock.ts";

/** State of a wire that its connections heed. */
export interface WireState {
  delayMs: number;
  /** Resolves when the wire is no longer held; null = it is not. */
  held: Promise<void> | null;
  traps: Set<Trap>;
  /** Hears of what clients send, as it comes in. */
  watch: ((data: Buffer, connection: object) => void) | null;
}

/**
 * When a trap springs: before the data that tell of the point go on; when half of them have; when the server's next
 * reply is here but not yet passed on; when it has been passed on.
 */
export type Moment = "before" | "half" | "unanswered" | "after";

/** Waits on a wire for a named point. Each stage is what a connection has to send next, any one of the texts. */
export interface Trap {
  stages: readonly (readonly string[])[];
  moment: Moment;
  /** Springs the trap, once. What it resolves to is done with the data at hand, and with the connection. */
  spring: () => Promise<"go on" | "drop">;
}

/** One client's connection through a wire. */
export interface Connection {
  reset(): void;
  onClose(listener: () => void): void;
}

/** Texts may lie across two pieces of data. */
const TAIL_LENGTH = 120;

/** Resets a connection. After an end of its own it cannot be reset, and trying to would leave its file open for good. */
export const tear = (socket: Socket): Socket => (socket.writableEnded ? socket.destroy() : socket.resetAndDestroy());

/** Joins a client's socket with the server's and keeps the order of the bytes, whatever holds or slows them. */
export function openConnection(near: Socket, far: Socket, wire: WireState): Connection {
  const closed: (() => void)[] = [];
  const connection: Connection = {
    reset: () => {
      dropped = true;
      tear(near);
      tear(far);
    },
    onClose: (listener) => void closed.push(listener),
  };
  let dropped = false;
  let tail = "";
  const stageOf = new WeakMap<Trap, number>();
  /** A trap that springs when the server has replied. */
  let awaiting: Trap | null = null;
  /** How many sides are still open. */
  let open = 2;

  const take = (trap: Trap) => wire.traps.delete(trap);
  const springNow = async (trap: Trap) => {
    if ((await trap.spring()) === "drop") connection.reset();
  };

  /** The trap that this piece of data springs, if one does. */
  const sprungBy = (data: Buffer): Trap | null => {
    if (wire.traps.size === 0) {
      tail = data.subarray(-TAIL_LENGTH).toString("latin1");
      return null;
    }
    const text = tail + data.toString("latin1");
    tail = text.slice(-TAIL_LENGTH);
    for (const trap of wire.traps) {
      const stage = stageOf.get(trap) ?? 0;
      if (!trap.stages[stage]?.some((fragment) => text.includes(fragment))) continue;
      stageOf.set(trap, (stage + 1) % trap.stages.length);
      // What told of this stage must not tell of the next one too.
      tail = "";
      if (stage + 1 === trap.stages.length && take(trap)) return trap;
    }
    return null;
  };

  const toServer = async (data: Buffer) => {
    const trap = sprungBy(data);
    if (trap?.moment === "before") await springNow(trap);
    if (trap?.moment === "half") {
      const half = data.length >> 1;
      far.write(data.subarray(0, half));
      await springNow(trap);
      if (!dropped) far.write(data.subarray(half));
      return;
    }
    if (trap?.moment === "unanswered" || trap?.moment === "after") awaiting = trap;
    if (!dropped) far.write(data);
  };
  const toClient = async (data: Buffer) => {
    const trap = awaiting;
    awaiting = null;
    if (trap?.moment === "unanswered") await springNow(trap);
    if (!dropped) near.write(data);
    if (trap?.moment === "after") await springNow(trap);
  };

  const lane = (from: Socket, to: Socket, handle: (data: Buffer) => Promise<void>) => {
    let last: Promise<void> = Promise.resolve();
    const next = (work: () => Promise<void> | void) => {
      last = last
        .then(async () => {
          while (wire.held !== null) await wire.held;
          if (wire.delayMs > 0) await sleep(wire.delayMs);
          await work();
        })
        .catch(() => undefined);
    };
    from.on("data", (data: Buffer) => {
      if (from === near) wire.watch?.(data, connection);
      next(() => handle(data));
    });
    from.on("end", () => next(() => void to.end()));
    from.on("error", () => undefined); // its close says all
    from.on("close", (hadError) => {
      next(() => void (hadError ? tear(to) : to.end()));
      open--;
      if (open === 0) for (const listener of closed) listener();
    });
  };
  lane(near, far, toServer);
  lane(far, near, toClient);
  near.setNoDelay(true);
  far.setNoDelay(true);
  return connection;
}
