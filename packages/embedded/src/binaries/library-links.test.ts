import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkLibraries } from "./library-links.ts";

describe("linkLibraries", () => {
  it("makes the links that are missing, and no others", () => {
    const folder = mkdtempSync(join(tmpdir(), "links-"));
    const lib = join(folder, "native", "lib");
    mkdirSync(lib, { recursive: true });
    const [source, present, missing] = ["libpq.so.5.18", "libpq.so", "libpq.so.5"];
    const links = [present, missing].map((name) => ({ source: `native/lib/${source}`, target: `native/lib/${name}` }));
    writeFileSync(join(folder, "native", "pg-symlinks.json"), JSON.stringify(links));
    writeFileSync(join(lib, source), "library");
    writeFileSync(join(lib, present), "a copy");
    linkLibraries(join(folder, "native"));
    linkLibraries(join(folder, "native"));
    expect(readlinkSync(join(lib, missing))).toBe(source);
    expect(readFileSync(join(lib, present), "utf8")).toBe("a copy");
    rmSync(folder, { recursive: true });
  });
});
