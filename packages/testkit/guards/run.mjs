import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startServices } from "../dist/services.js";
import { guards } from "./guards.mjs";

/**
 * `npm run guards [-- NAME...]`: proves that every guard has a test that fails when it is removed. First all the named
 * tests must pass. Then, one guard after the other, its file is changed, its test must fail, and the file is put back,
 * also on Ctrl-C. Names are parts of names. Works in the working tree: edit nothing meanwhile.
 */

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const wanted = process.argv.slice(2);
const chosen = guards.filter(({ guard }) => wanted.length === 0 || wanted.some((name) => guard.includes(name)));
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);

/** Longest test or hook of a run without a guard, in ms: what then waits in vain has noticed. */
const PATIENCE_MS = 30_000;

/** What puts the changed file back, and what ends the tests under way. */
let restore = () => {};
let endTests = () => {};
process.on("exit", () => {
  endTests();
  restore();
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

/**
 * Runs test files, or those of their tests that the pattern names. `failed`: the tests that ran and failed; `broken`:
 * why a file could not be run at all.
 * @param {readonly string[]} files
 * @param {string | undefined} pattern Part of the tests' names; undefined: all tests, every guard in place.
 * @returns {Promise<{ ran: number; failed: string[]; broken: string[] }>}
 */
async function jest(files, pattern) {
  const folder = mkdtempSync(path.join(tmpdir(), "ringfence-guards-"));
  const report = path.join(folder, "report.json");
  const patience = pattern === undefined ? [] : [`--testTimeout=${PATIENCE_MS}`];
  const args = [
    ...patience,
    "--json",
    `--outputFile=${report}`,
    "--silent",
    "--forceExit",
    "--runTestsByPath",
    ...files,
  ];
  await new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--experimental-vm-modules", "node_modules/jest/bin/jest.js", ...(pattern ? ["-t", pattern] : []), ...args],
      { cwd: ROOT, env: { ...process.env, NODE_NO_WARNINGS: "1" }, maxBuffer: 1e9 },
      resolve,
    );
    endTests = () => void child.kill();
  });
  const { testResults } = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : { testResults: [] };
  rmSync(folder, { recursive: true });
  const results = testResults.flatMap((/** @type {any} */ file) => file.assertionResults);
  return {
    ran: results.filter((/** @type {any} */ test) => test.status === "passed" || test.status === "failed").length,
    failed: results
      .filter((/** @type {any} */ test) => test.status === "failed")
      .map((/** @type {any} */ test) => test.fullName),
    broken: testResults
      .filter((/** @type {any} */ file) => file.assertionResults.length === 0)
      .map((/** @type {any} */ file) => `${file.name}: ${file.message}`),
  };
}

/** @param {import("./guard.mjs").Guard} guard */
function remove({ file, find, replace }) {
  const name = path.join(ROOT, file);
  const whole = readFileSync(name, "utf8");
  const found = whole.split(find).length - 1;
  if (found !== 1) throw new Error(`${file} holds ${found} times, not once: ${find}`);
  restore = () => {
    writeFileSync(name, whole);
    restore = () => {};
  };
  writeFileSync(
    name,
    whole.replace(find, () => replace),
  );
}

const services = await startServices(process.env);
process.env.TEST_DATABASE_URL ||= services.environment.RINGFENCE_TEST_POSTGRES;
process.env.TEST_REDIS_URL ||= services.environment.RINGFENCE_TEST_REDIS;

const files = [...new Set(chosen.map(({ test }) => test))];
say(`${chosen.length} guards; first their ${files.length} test files as they are`);
const sound = await jest(files, undefined);
/** @type {string[]} */
const faults = [...sound.broken, ...sound.failed.map((test) => `fails with every guard in place: ${test}`)];
for (const guard of faults.length > 0 ? [] : chosen) {
  try {
    remove(guard);
    const { ran, failed, broken } = await jest([guard.test], guard.name ?? "");
    const fault = broken[0] ?? (ran === 0 ? "no test ran" : failed.length === 0 ? "no test noticed" : null);
    if (fault) faults.push(`${guard.guard}: ${fault}`);
    say(`${fault ? "MISSING " : "guarded "} ${guard.guard}: ${fault ?? failed[0]}`);
  } catch (error) {
    faults.push(`${guard.guard}: ${error instanceof Error ? error.message : error}`);
    say(`ERROR    ${faults.at(-1)}`);
  } finally {
    restore();
  }
}
await services.stop();
say(faults.length > 0 ? `\n${faults.join("\n")}` : `All ${chosen.length} guards have a test that fails without them`);
process.exit(faults.length > 0 ? 1 : 0);
