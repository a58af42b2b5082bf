import { rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { platformBinaries } from "../binaries/platform-binaries.ts";
import { reachableBinaries } from "../binaries/reachable-binaries.ts";
import { type DataFolder, makeThrowAwayFolder } from "../postgres/data-folder.ts";
import { openCluster } from "../postgres/open-cluster.ts";
import { findFreePort } from "./free-port.ts";
import { runServer } from "./run-server.ts";

describe("runServer", () => {
  const options = { settings: {}, log: undefined };
  let folder: DataFolder;
  let binaries: string;

  beforeAll(async () => {
    folder = await makeThrowAwayFolder();
    binaries = await reachableBinaries(platformBinaries(), folder.user);
    await openCluster(binaries, folder, { throwAway: true, log: undefined });
  });
  afterAll(() => rmSync(folder.path, { recursive: true }));

  it("takes another port when somebody was quicker", async () => {
    const rival = createServer();
    await new Promise<void>((resolve) => rival.listen(0, "127.0.0.1", resolve));
    const taken = (rival.address() as AddressInfo).port;
    const ports = [taken, taken, await findFreePort()];
    const server = await runServer(binaries, folder, options, async () => ports.shift()!);
    rival.close();
    expect(ports).toEqual([]);
    expect(server.port).not.toBe(taken);
    await server.stop();
  });

  it("gives up at once, with the server's last words, when the port is not the reason", async () => {
    let tries = 0;
    const findPort = () => {
      tries += 1;
      return findFreePort();
    };
    const wrong = { ...options, settings: { max_connections: "none" } };
    await expect(runServer(binaries, folder, wrong, findPort)).rejects.toThrow(/exit code 1.*"max_connections"/s);
    expect(tries).toBe(1);
  });
});
