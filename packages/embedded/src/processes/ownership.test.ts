import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AlreadyRunning, own } from "./ownership.ts";
import { startOf } from "./process-identity.ts";

describe("ownership of a data folder", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "own-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is for one at a time, and can be handed on", async () => {
    const giveUp = await own(folder);
    await expect(own(folder)).rejects.toThrow(AlreadyRunning);
    await expect(own(folder)).rejects.toThrow(`PID ${process.pid}, stop it first`);
    await giveUp();
    const giveUpAgain = await own(folder);
    await giveUpAgain();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is refused, without waiting, to a claim that sorts after the owner's", async () => {
    writeFileSync(join(folder, `owner-${process.pid}-${startOf(process.pid)}-`), "");
    await expect(own(folder, Number.POSITIVE_INFINITY)).rejects.toThrow(AlreadyRunning);
  });

  it("goes to exactly one of many that come at once", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => own(folder)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("is not kept by the dead, nor by whoever has their pid now", async () => {
    const somebody = spawn("sleep", ["60"]);
    await once(somebody, "spawn");
    const began = startOf(somebody.pid!);
    writeFileSync(join(folder, `owner-${somebody.pid}-${began}-0`), "");
    await expect(own(folder)).rejects.toThrow(`PID ${somebody.pid},`);

    somebody.kill("SIGKILL");
    await once(somebody, "exit");
    writeFileSync(join(folder, `owner-${process.pid}-1-0`), "");
    await own(folder);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});
