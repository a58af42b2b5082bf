import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { runMain, StartError } from "@ringfence/runtime";
import { startServices } from "@ringfence/testkit/services";
import type { Benchmark, Figure } from "./figure.ts";
import { dispatch, slowCommits, snapshot } from "./figures/dispatch.ts";
import { fill } from "./figures/fill.ts";
import { held } from "./figures/held.ts";
import { launch } from "./figures/launch.ts";
import { pace } from "./figures/pace.ts";
import { pages } from "./figures/pages.ts";
import { refill } from "./figures/refill.ts";
import { brake, flip, stops } from "./figures/stops.ts";
import { events, webhooks } from "./figures/webhooks.ts";
import { table } from "./report.ts";

const BENCHMARKS: readonly Benchmark[] = [
  pace,
  dispatch,
  slowCommits,
  snapshot,
  refill,
  fill,
  held,
  brake,
  flip,
  stops,
  launch,
  webhooks,
  events,
  pages,
];

const HELP = `npm run bench [-- NAME...] [--json]

Measures the product's real processes, each figure beside the same work with the libraries alone, in one run. Embedded
services unless TEST_DATABASE_URL and TEST_REDIS_URL name others; fsync and synchronous_commit stay on.

${BENCHMARKS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join("\n")}

  --json     figures as JSON on the standard output, one array`;

const say = (line: string) => void process.stderr.write(`${line}\n`);

await runMain(async (environment) => {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) return void process.stdout.write(`${HELP}\n`);
  const unknown = positionals.filter((name) => !BENCHMARKS.some((one) => one.name === name));
  if (unknown.length > 0) throw new StartError(`No such benchmark: ${unknown.join(", ")}\n\n${HELP}`);
  const chosen = BENCHMARKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

  const { environment: started, stop } = await startServices(environment, { durable: true });
  const services = {
    postgresUrl: started.RINGFENCE_TEST_POSTGRES,
    redisUrl: started.RINGFENCE_TEST_REDIS,
    template: started.RINGFENCE_TEST_TEMPLATE,
  };
  const figures: (Figure & { benchmark: string })[] = [];
  try {
    say(`${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`);
    for (const { name, run } of chosen) {
      const from = performance.now();
      const made = await run(services, (line) => say(`  ${name}: ${line}`));
      figures.push(...made.map((figure) => ({ benchmark: name, ...figure })));
      say(`${name}: ${((performance.now() - from) / 1000).toFixed(0)} s`);
    }
  } finally {
    await stop();
  }
  process.stdout.write(`${values.json ? JSON.stringify(figures, null, 2) : table(figures)}\n`);
  process.exit(0);
});
