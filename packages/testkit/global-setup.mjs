import { startServices } from "./dist/services.js";

/** jest's global set-up cannot read TypeScript as ESM, so it uses the bundles that `npm run build` makes. */
export default async function setUp() {
  globalThis.ringfenceServices ??= await startServices(process.env);
  Object.assign(process.env, globalThis.ringfenceServices.environment);
}
