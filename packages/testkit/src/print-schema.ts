import { dumpSchema } from "./dump-schema.ts";
import { startServices } from "./services.ts";

/** `npm run schema`: prints what the migrations make of an empty database. */
const services = await startServices(process.env);
try {
  const { RINGFENCE_TEST_POSTGRES, RINGFENCE_TEST_TEMPLATE } = services.environment;
  const url = new URL(RINGFENCE_TEST_POSTGRES);
  url.pathname = `/${RINGFENCE_TEST_TEMPLATE}`;
  process.stdout.write(await dumpSchema(url.href));
} finally {
  await services.stop();
}
