import { type StartingDatabase, startWithDatabase } from "./database-start.ts";
import { StartError } from "./process.ts";

const ASKED = { limit: 5, callsPerSecond: 1 };
/** Starts with a database that answers as told; returns the messages of the log. */
async function start(told: Partial<StartingDatabase>, needsCurrent = true): Promise<string[]> {
  const messages: string[] = [];
  const write = (...said: unknown[]) => void messages.push(String(said.at(-1)));
  await startWithDatabase(
    {
      sessionFault: async () => null,
      schema: async () => "current",
      connections: async () => ({ allowed: 97, needed: 97, processes: 6 }),
      lines: { configure: async () => ASKED },
      ...told,
    },
    ASKED,
    { log: { warn: write, error: write } as never, needsCurrent },
  );
  return messages;
}

test("a start with everything in order says nothing", async () => {
  expect(await start({})).toEqual([]);
});

test("a server that allows fewer connections than the processes may need is named with the remedies", async () => {
  const messages = await start({ connections: async () => ({ allowed: 97, needed: 98, processes: 6 }) });
  expect(messages).toEqual([expect.stringMatching(/raise max_connections, or lower DATABASE_CONNECTIONS/)]);
});

test("a worker does not start with older tables; an API does, and says so", async () => {
  await expect(start({ schema: async () => "older" })).rejects.toThrow(StartError);
  expect(await start({ schema: async () => "older" }, false)).toEqual([expect.stringMatching(/npm run migrate/)]);
});
