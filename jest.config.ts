/** @jest-config-loader esbuild-register */
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Config } from "jest";

/** Bundles of the packages that tests load, as packages/testkit/src/bundle-vendors.mjs makes them. Without them tests load the packages. */
const VENDORS = "packages/testkit/dist/vendors";
const vendors = existsSync(VENDORS) ? readdirSync(VENDORS).filter((file) => /^(?!chunk-).*\.mjs$/.test(file)) : [];
const bundled = Object.fromEntries(
  vendors.map((file) => [`^${file.replace(".mjs", "").replaceAll("+", "/")}$`, `<rootDir>/${VENDORS}/${file}`]),
);

const project = (displayName: string, testMatch: string[], extra: object = {}) => ({
  displayName,
  testMatch: testMatch.map((pattern) => `<rootDir>/{apps,packages}/*/src/**/${pattern}`),
  testEnvironment: "node",
  transform: {
    "^.+\\.tsx?$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
  extensionsToTreatAsEsm: [".ts"],
  // jest would read every built bundle, of up to 12 MB, for the names in it.
  modulePathIgnorePatterns: ["<rootDir>/(apps|packages)/[^/]+/dist/"],
  moduleNameMapper: {
    ...bundled,
    // Prisma's generated client names its own TypeScript files with .js endings.
    "^(\\.{1,2}/(?!.*\\.json).*)\\.js$": "$1",
  },
  ...extra,
});

/** Integration and end-to-end tests share one PostgreSQL and one Redis, started here; each test file has its own database and prefix in them. */
const services = {
  globalSetup: "<rootDir>/packages/testkit/global-setup.mjs",
  globalTeardown: "<rootDir>/packages/testkit/global-teardown.mjs",
};
/** End-to-end tests share one browser too; each page has cookies and storage of its own. */
const servicesAndBrowser = {
  globalSetup: "<rootDir>/packages/testkit/global-setup-e2e.mjs",
  globalTeardown: "<rootDir>/packages/testkit/global-teardown-e2e.mjs",
};

export default {
  testTimeout: 60_000,
  // The tests wait more than they compute: one file more than there are cores keeps both busy on a small machine.
  maxWorkers: Math.max(3, Math.floor(availableParallelism() / 2)),
  workerIdleMemoryLimit: "1GB",
  projects: [
    project("unit", ["!(*.int|*.e2e).test.ts"]),
    project("integration", ["*.int.test.ts"], services),
    project("e2e", ["*.e2e.test.ts"], {
      ...servicesAndBrowser,
      setupFilesAfterEnv: ["<rootDir>/packages/testkit/e2e-patience.mjs"],
    }),
    // Not tests: `npm run screenshots` alone asks for them.
    ...(process.env.RINGFENCE_SCREENSHOTS ? [project("screenshots", ["*.screenshots.ts"], servicesAndBrowser)] : []),
  ],
} as Config;
