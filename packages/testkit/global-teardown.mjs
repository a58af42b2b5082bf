export default async function tearDown() {
  await globalThis.ringfenceServices?.stop();
  globalThis.ringfenceServices = undefined;
}
