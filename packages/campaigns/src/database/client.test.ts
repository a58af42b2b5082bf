import { EventEmitter } from "node:events";
import { createTimes } from "@ringfence/domain";
import { createPools } from "./client.ts";

test("a connection that PostgreSQL closes while it is handed out does not end the process", () => {
  const pools = createPools(
    "postgres://nobody@127.0.0.1:1/none",
    { work: 1, main: 1, bulk: 1, stops: 1, keys: 1, outbox: 1 },
    createTimes(),
    () => {
      throw new Error("the pool's own listener is not the one that hears it");
    },
  );
  for (const { pg: pool } of Object.values(pools)) {
    const client = new EventEmitter();
    pool.emit("connect", client as never);
    expect(() => client.emit("error", new Error("terminating connection"))).not.toThrow();
  }
});
