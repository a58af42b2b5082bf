import { spawn } from "node:child_process";

/**
 * A shell that knows our children and outlives us. It reads "+ PID" and "- PID"; at the end of its input, which comes
 * however we end, it kills those still on the list, stopped ones included.
 */
const SCRIPT = `
pids=" "
while read -r op pid; do
  case $op in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%%" $pid "*} \${pids#*" $pid "}" ;;
  esac
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
`;

/** Sees to it that no child process outlives this one, even if this one is killed while a child is frozen. */
export interface Guardian {
  guard(pid: number): void;
  /** It has ended; its number may be another's soon. */
  release(pid: number): void;
  close(): void;
}

/** Starts the guardian of this process. */
export function startGuardian(): Guardian {
  const child = spawn("/bin/sh", ["-c", SCRIPT], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  child.stdin.on("error", () => undefined);
  return {
    guard: (pid) => void child.stdin.write(`+ ${pid}\n`),
    release: (pid) => void child.stdin.write(`- ${pid}\n`),
    close: () => void child.stdin.end(),
  };
}
