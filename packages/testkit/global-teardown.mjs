export default async function tearDown() {
  await globalThis.ringfenceServices.stop();
}
