import { spawn } from "node:child_process";
import { once } from "node:events";
import { startGuardian } from "./guardian.ts";

test("when its parent is gone, the guardian ends what it still guards, frozen or not, and nothing else", async () => {
  const guardian = startGuardian();
  const children = Array.from({ length: 3 }, () => spawn("sleep", ["60"], { stdio: "ignore" }));
  const [running, frozen, released] = children as [(typeof children)[0], (typeof children)[0], (typeof children)[0]];
  for (const child of children) guardian.guard(child.pid!);
  frozen.kill("SIGSTOP");
  guardian.release(released.pid!);
  const ended = Promise.all([once(running, "exit"), once(frozen, "exit")]);
  guardian.close();
  expect((await ended).map(([, signal]) => signal)).toEqual(["SIGKILL", "SIGKILL"]);
  expect(released.exitCode ?? released.signalCode).toBeNull();
  released.kill("SIGKILL");
  await once(released, "exit");
});
