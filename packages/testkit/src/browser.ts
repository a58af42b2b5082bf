import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";

/** Flags of the packaged browser that would switch guards off which the tests want on. */
const UNGUARDED = ["--disable-web-security", "--allow-running-insecure-content", "--disable-site-isolation-trials"];

/**
 * A real browser: the packaged Chromium where it runs (Linux x64), else an installed Chrome, or the one that
 * `CHROME_PATH` names. Says which on stderr.
 */
export async function openBrowser(): Promise<Browser> {
  // Loaded here: it takes a second that the tests without a browser need not pay.
  const { chromium: driver } = await import("playwright-core");
  const own = process.env.CHROME_PATH;
  if (own && existsSync(own)) return await driver.launch({ executablePath: own });
  if (process.platform === "linux" && process.arch === "x64") {
    const { default: chromium } = await import("@sparticuz/chromium");
    const args = [...chromium.args.filter((flag) => !UNGUARDED.includes(flag)), "--disable-background-networking"];
    return await driver.launch({ executablePath: await chromium.executablePath(), args });
  }
  process.stderr.write("The packaged Chromium does not run here: using an installed Chrome\n");
  return await driver.launch({ channel: "chrome" });
}
