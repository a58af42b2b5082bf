import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** One bundle that the API serves; browsers may cache files with a content hash in their names for ever. */
export default defineConfig({
  plugins: [react()],
  // The API writes the proxy's path into the page, so that one build serves under every path.
  base: "./",
  // The package's own entry is for Node's streams.
  resolve: { alias: [{ find: /^csv-parse$/, replacement: "csv-parse/browser/esm" }] },
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 1_000, modulePreload: { polyfill: false } },
});
