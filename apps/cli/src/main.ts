import { CommanderError } from "commander";
import { openWith } from "./context.ts";
import { failureOf } from "./failures.ts";
import { createProgram } from "./program.ts";
import { createIo } from "./terminal/io.ts";

const io = createIo(process, process.env);
const json = process.argv.includes("--json");

// `ringfence calls ... | head`: the reader has closed the pipe.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}

try {
  await createProgram(io, openWith(io, process.env), json).parseAsync(process.argv);
} catch (error) {
  process.exitCode = tell(error);
}

/** Reports a failure and returns the exit code. Requested help is not a failure. */
function tell(error: unknown): number {
  const shown = error instanceof CommanderError;
  if (shown && error.exitCode === 0) return 0;
  const { exitCode, lines, json: document } = failureOf(error);
  if (json) io.note(JSON.stringify(document));
  else if (!shown) io.note(lines.map((line, n) => (n === 0 ? io.paintNote("red", line) : line)).join("\n"));
  return exitCode;
}
