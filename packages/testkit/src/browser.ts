import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";

/**
 * Flags of the packaged browser that would switch guards off which the tests want on; with one process for all, pages
 * of different contexts send each other's cookies.
 */
const UNGUARDED = [
  "--disable-web-security",
  "--allow-running-insecure-content",
  "--disable-site-isolation-trials",
  "--single-process",
];
/** Pages are drawn without a graphics card's language, which would have to be emulated at the cost of a core. */
const EMULATED_GRAPHICS = /^--(use-gl|use-angle|enable-unsafe-swiftshader|ignore-gpu-blocklist|in-process-gpu)/;
/** Unpacks the packaged browser below its own TMPDIR, and says where. */
const UNPACK = `import chromium from "@sparticuz/chromium"; process.stdout.write(await chromium.executablePath());`;
/** The package unpacks its libraries only where it believes to be in a cloud function. */
const WITH_LIBRARIES = { AWS_LAMBDA_JS_RUNTIME: "nodejs20.x" };

/**
 * A real browser: the packaged Chromium where it runs (Linux x64), else an installed Chrome, or the one that
 * `CHROME_PATH` names. Says which on stderr. It is unpacked into a folder of its own, because two users, or two
 * test runs at once, would else share one file in the system's temporary folder; closing it removes that folder.
 */
export async function openBrowser(): Promise<Browser> {
  const { chromium: driver } = await import("playwright-core");
  const own = process.env.CHROME_PATH;
  if (own && existsSync(own)) return await driver.launch({ executablePath: own });
  if (process.platform === "linux" && process.arch === "x64") {
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
    const browser = await driver.launch({ executablePath, args, ...(!starts && { env: libraries }) });
    browser.on("disconnected", () => void rm(folder, { recursive: true, force: true }));
    return browser;
  }
  process.stderr.write("The packaged Chromium does not run here: using an installed Chrome\n");
  return await driver.launch({ channel: "chrome" });
}
