import { startServices } from "./dist/services.js";

/** jest's global set-up cannot read TypeScript as ESM, so it uses the bundle that `npm run build` makes. */
export default async function setUp() {
  const services = await startServices(process.env);
  Object.assign(process.env, services.environment);
  globalThis.ringfenceServices = services;
}
