import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** One bundle that the API serves; what is named by its content may be kept by browsers for ever. */
export default defineConfig({
  plugins: [react()],
  // The API knows under which path a proxy serves all this, and writes it into the page: one build for every path.
  base: "./",
  // The package's own entry is for Node's streams.
  resolve: { alias: [{ find: /^csv-parse$/, replacement: "csv-parse/browser/esm" }] },
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 1_000, modulePreload: { polyfill: false } },
});
