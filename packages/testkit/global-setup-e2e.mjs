import { startBrowser } from "./dist/browser.js";
import setUpServices from "./global-setup.mjs";

/** Whole processes and pages need the services and one browser for all of them. */
export default async function setUp() {
  const [browser] = await Promise.all([startBrowser(), setUpServices()]);
  Object.assign(process.env, browser.environment);
  globalThis.ringfenceBrowser = browser;
}
