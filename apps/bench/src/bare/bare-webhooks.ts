import type { AddressInfo } from "node:net";
import express from "express";
import pg from "pg";
import { verify } from "retell-sdk";

/**
 * A receiver of Retell's webhooks with the libraries alone: Express, the SDK's verification, one UPDATE by the call's id
 * of a table without indexes or triggers. Tells its parent the port on which it listens.
 */
const [databaseUrl, webhookKey] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });

const app = express();
app.post("/webhooks/retell", express.text({ type: "application/json" }), async (req, res) => {
  if (!(await verify(req.body, webhookKey!, req.get("x-retell-signature") ?? ""))) return void res.sendStatus(401);
  const { call } = JSON.parse(req.body) as { call: { disconnection_reason: string; metadata: { call_id: string } } };
  await pool.query("UPDATE bare SET status = 'completed', reason = $2, ended_at = now() WHERE id = $1", [
    call.metadata.call_id,
    call.disconnection_reason,
  ]);
  res.sendStatus(204);
});
const server = app.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));
