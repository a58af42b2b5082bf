import tearDownServices from "./global-teardown.mjs";

export default async function tearDown() {
  await globalThis.ringfenceBrowser.stop();
  await tearDownServices();
}
