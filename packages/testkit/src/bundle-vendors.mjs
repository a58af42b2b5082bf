import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/**
 * The packages that tests load as bundles. jest loads every module again for each test file, which costs 2 to 3 ms of a
 * core per module, and most test files with a database load some 850 modules of these packages: 3.0 s of a core per file
 * without the bundles, 0.7 s with them. One build makes all the bundles in shared chunks, so that a class of ioredis or
 * pg is the same class whoever imports it, as it is outside of tests.
 */
const VENDORS = [
  "@asteasolutions/zod-to-openapi",
  "@bull-board/api",
  "@bull-board/api/bullMQAdapter",
  "@bull-board/express",
  "@prisma/adapter-pg",
  "bullmq",
  "commander",
  "compression",
  "csv-parse",
  "csv-parse/sync",
  "csv-stringify",
  "express",
  "express-rate-limit",
  "fast-check",
  "fflate",
  "helmet",
  "ioredis",
  "libphonenumber-js/max",
  "pg",
  "pg-copy-streams",
  "pino",
  "pino-http",
  "prom-client",
  "read-excel-file/universal",
  "retell-sdk",
  "standardwebhooks",
  "undici",
  "zod",
];

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const OUT = fileURLToPath(new URL("../dist/vendors/", import.meta.url));

/** The folder of the workspace package that depends on `vendor`; every package that does names the same version. */
async function importerOf(vendor) {
  const name = vendor
    .split("/")
    .slice(0, vendor.startsWith("@") ? 2 : 1)
    .join("/");
  for (const folder of ["packages", "apps"]) {
    for (const app of await readdir(path.join(ROOT, folder))) {
      const manifest = path.join(ROOT, folder, app, "package.json");
      if (!existsSync(manifest)) continue; // what an older checkout left behind
      const { dependencies, devDependencies } = JSON.parse(await readFile(manifest, "utf8"));
      if (name in { ...dependencies, ...devDependencies }) return path.dirname(manifest);
    }
  }
  throw new Error(`no package of the workspace depends on ${name}`);
}

/** A module that exports by name what Node.js would export of `vendor`, CommonJS or not. */
async function entryOf(vendor) {
  const importer = await importerOf(vendor);
  const url = import.meta.resolve(vendor, pathToFileURL(path.join(importer, "package.json")));
  const names = Object.keys(await import(url)).filter((name) => name !== "module.exports");
  const out = vendor.replaceAll("/", "+");
  const file = path.join(OUT, "entries", `${out}.mjs`);
  await writeFile(file, `export { ${names.join(", ")} } from ${JSON.stringify(fileURLToPath(url))};\n`);
  return { in: file, out };
}

await rm(OUT, { recursive: true, force: true });
await mkdir(path.join(OUT, "entries"), { recursive: true });
await build({
  entryPoints: await Promise.all(VENDORS.map(entryOf)),
  outdir: OUT,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "warning",
  // Bull Board asks for the folder of its pages, which the API has.
  banner: {
    js: `import { createRequire as bundleRequire } from "node:module";
import { URL as BundleUrl } from "node:url";
const require = bundleRequire(new BundleUrl("../../../../apps/api/main.js", import.meta.url));`,
  },
});
await rm(path.join(OUT, "entries"), { recursive: true });
