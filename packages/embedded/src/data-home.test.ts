import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataHome } from "./data-home.ts";
import { isRoot } from "./postgres/server-user.ts";

describe("dataHome", () => {
  let clone: string;

  beforeEach(() => {
    clone = realpathSync(mkdtempSync(join(tmpdir(), "home-")));
  });
  afterEach(() => rmSync(clone, { recursive: true }));

  it("lies in the clone, and is not made yet", () => {
    chmodSync(clone, 0o755);
    expect(dataHome(clone)).toBe(join(clone, ".ringfence"));
    expect(existsSync(dataHome(clone))).toBe(false);
  });

  if (isRoot()) {
    it("lies under /var/lib, one folder for each clone, when a folder above the clone is closed", () => {
      const [inner, other] = [join(clone, "inner"), join(clone, "other")];
      mkdirSync(inner, 0o755);
      mkdirSync(other, 0o755);
      chmodSync(clone, 0o700);
      expect(dataHome(inner)).toMatch(/^\/var\/lib\/ringfence-[0-9a-f]{12}$/);
      expect(dataHome(inner)).toBe(dataHome(join(other, "..", "inner")));
      expect(dataHome(inner)).not.toBe(dataHome(other));
    });
  } else {
    it("lies in the clone also when that is closed to others", () => {
      chmodSync(clone, 0o700);
      expect(dataHome(clone)).toBe(join(clone, ".ringfence"));
    });
  }
});
