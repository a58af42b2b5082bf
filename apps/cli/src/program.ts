import { Command } from "commander";
import { addActivate } from "./commands/activate.ts";
import { addActivity } from "./commands/activity.ts";
import { addArchive, addUnarchive } from "./commands/archive.ts";
import { addCalls } from "./commands/calls.ts";
import { addCandidates } from "./commands/candidates/candidates.ts";
import { addDelete } from "./commands/delete.ts";
import { addDoNotCall } from "./commands/do-not-call.ts";
import { addHold, addResume } from "./commands/hold.ts";
import { addImport } from "./commands/import.ts";
import { addKeys } from "./commands/keys.ts";
import { addLaunch } from "./commands/launch.ts";
import { addLines } from "./commands/lines.ts";
import { addAgents, addNumbers } from "./commands/numbers.ts";
import { addPause } from "./commands/pause.ts";
import { addStatus } from "./commands/status.ts";
import { addStop } from "./commands/stop.ts";
import { addWatch } from "./commands/watch.ts";
import { addWebhooks } from "./commands/webhooks/webhooks.ts";
import type { Open } from "./context.ts";
import { EXIT_HELP } from "./exit-codes.ts";
import type { Io } from "./terminal/io.ts";

/** The command with all its subcommands. Instead of ending the process it throws commander's errors. */
export function createProgram(io: Io, open: Open, json: boolean): Command {
  const program = new Command("ringfence")
    .description("Run outbound-calling campaigns of a Ringfence API, and stop them.")
    .option("--url <url>", "address of the API (RINGFENCE_URL; http://127.0.0.1:3000)")
    .option("--config <file>", 'file with { "url", "key" } (~/.config/ringfence/config.json)')
    .option("--key-file <file>", "file with the key and nothing else")
    .option("--json", "print the API's own JSON; failures as JSON on stderr")
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(io.stdout.columns ?? 100, 120) })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // With --json the failure is reported once, as JSON.
      outputError: (text, write) => {
        if (!json) write(text);
      },
    })
    .exitOverride()
    .addHelpText(
      "after",
      `
A first campaign:
  export RINGFENCE_KEY=...
  ringfence import people.csv --name "Autumn" --from +12025550199
  ringfence launch CAMPAIGN --watch
  ringfence stop CAMPAIGN

Settings: an option overrides the environment (RINGFENCE_URL, RINGFENCE_KEY), which overrides the file. A key cannot be an option,
because everybody on the machine can see the arguments of a process.

${EXIT_HELP}`,
    );
  for (const add of [
    addImport,
    addLaunch,
    addWatch,
    addPause,
    addStop,
    addHold,
    addResume,
    addActivate,
    addStatus,
    addCalls,
    addCandidates,
    addArchive,
    addUnarchive,
    addDelete,
    addLines,
    addNumbers,
    addAgents,
    addKeys,
    addDoNotCall,
    addWebhooks,
    addActivity,
  ])
    add(program, open);
  return program;
}
