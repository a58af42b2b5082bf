import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

test("the client imports nothing of Node's and bundles small for a browser", async () => {
  // esbuild fails on an import that does not exist in browsers.
  const { stdout } = await promisify(execFile)(pathOf("../../../node_modules/.bin/esbuild"), [
    pathOf("index.ts"),
    "--bundle",
    "--platform=browser",
    "--format=esm",
    "--minify",
    "--log-level=error",
  ]);
  expect(stdout).toMatch(/export ?\{/);
  expect(stdout).not.toMatch(/\bBuffer\b|\brequire\(/);
  expect(stdout.length).toBeLessThan(30_000);
});
