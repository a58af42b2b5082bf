import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { untilReady } from "./until-ready.ts";

describe("untilReady", () => {
  const [PID, PORT] = [35, 5432];
  let cluster: string;

  beforeEach(() => {
    cluster = mkdtempSync(join(tmpdir(), "ready-"));
  });
  afterEach(() => rmSync(cluster, { recursive: true }));

  const lock = (pid: number, port: number, status: string) =>
    writeFileSync(join(cluster, "postmaster.pid"), `${pid}\n${cluster}\n1\n${port}\n\n127.0.0.1\n1 1\n${status}\n`);
  const server = (isRunning: () => boolean) => ({ pid: PID, isRunning, ended: Promise.resolve("exit code 1") });

  it.each([
    ["there is no lock file", () => {}],
    ["another server's lock file is there", () => lock(PID + 1, PORT, "ready   ")],
    ["an old lock file is there, of the same pid", () => lock(PID, PORT + 1, "ready   ")],
    ["it starts", () => lock(PID, PORT, "starting")],
  ])("waits while %s", async (_, write) => {
    write();
    let looks = 0;
    const isRunning = () => {
      // Two looks have found no readiness when the third begins.
      if (++looks === 3) lock(PID, PORT, "ready   ");
      return true;
    };
    expect(await untilReady(server(isRunning), cluster, PORT)).toBeUndefined();
    expect(looks).toBe(3);
  });

  it("says how the server ended if it does", async () => {
    lock(PID, PORT, "ready   ");
    expect(
      await untilReady(
        server(() => false),
        cluster,
        PORT,
      ),
    ).toBe("exit code 1");
  });
});
