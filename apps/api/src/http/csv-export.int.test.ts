import { once } from "node:events";
import { request } from "node:http";
import { until } from "@ringfence/testkit";
import { parse } from "csv-parse/sync";
import { serveApi } from "../testing/serve-api.ts";
import { UNKNOWN_ID, useApi } from "../testing/test-api.ts";

const COLUMNS =
  "id,batch_id,campaign_id,candidate_id,phone_number,name,call_status,placed,retell_call_id,error_message,disconnection_reason,created_at,claimed_at,dialed_at,started_at,ended_at,duration_ms,cancelled_at,recording_url,analysis".split(
    ",",
  );

const api = useApi();

const exportOf = (batchId: string, query = "") =>
  api.request("GET", `/v1/batches/${batchId}/calls${query}`, { headers: { accept: "text/csv" } });
const rowsOf = (text: string) => parse<Record<string, string>>(text, { columns: true, bom: true });

/** A batch of candidates with these names, in this order. */
async function batchOf(names: string[]): Promise<string> {
  const id = await api.campaign(0);
  await api.sql(
    "INSERT INTO candidates (campaign_id, phone_number, name) SELECT $1, '+1415' || (5000000 + n), name FROM unnest($2::text[]) WITH ORDINALITY t (name, n) ORDER BY n",
    [id, names],
  );
  return (await api.launch(id)).id;
}

test("an export has the whole list, over many pages, in import order, whatever limit and cursor say", async () => {
  const names = Array.from({ length: 2_345 }, (_, n) => `N ${n}`);
  const id = await batchOf(names);
  const { status, type, text, headers } = await exportOf(id, "?limit=7");
  expect({ status, type }).toEqual({ status: 200, type: "text/csv; charset=utf-8" });
  expect(headers.get("content-disposition")).toBe(`attachment; filename=calls-${id}.csv`);
  expect(headers.get("vary")).toContain("Accept");
  expect(text.split("\n")[0]).toBe(COLUMNS.join(","));
  expect(rowsOf(text).map(({ name }) => name)).toEqual(names);
});

test("an export of exactly one page of rows, one more, one less, or none is complete", async () => {
  for (const rows of [1_000, 1_001, 999]) {
    const id = await batchOf(Array.from({ length: rows }, (_, n) => `N ${n}`));
    expect(rowsOf((await exportOf(id)).text)).toHaveLength(rows);
    const none = await exportOf(id, "?status=completed");
    expect({ status: none.status, text: none.text }).toEqual({ status: 200, text: `${COLUMNS.join(",")}\n` });
  }
});

test("a status filters the export", async () => {
  const id = await batchOf(["A", "B", "C"]);
  await api.live((await api.callIds(id))[1]!);
  expect(rowsOf((await exportOf(id, "?status=in_progress")).text).map(({ name }) => name)).toEqual(["B"]);
  expect(rowsOf((await exportOf(id, "?status=pending")).text).map(({ name }) => name)).toEqual(["A", "C"]);
});

test("a cell that a spreadsheet would run as a formula is text; every other cell is read back unchanged", async () => {
  const formulas = [
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
  ];
  const plain = [
    'Doe, "Jane"',
    "line\nbreak",
    "line\r\nbreak",
    "🙂 Zoë Ağ",
    "علي ‏שלום",
    "'already",
    " leading",
    "a;b",
    "1-2",
    "\\N",
  ];
  const id = await batchOf([...formulas, ...plain]);
  const rows = rowsOf((await exportOf(id)).text);
  expect(rows.map(({ name }) => name)).toEqual([...formulas.map((name) => `'${name}`), ...plain]);
  expect(rows.map(({ phone_number }) => phone_number)).toEqual(rows.map((_, n) => `+1415${5_000_001 + n}`));
});

test("each cell equals the JSON, empty for null; a formula in Retell's texts is defused too", async () => {
  const id = await batchOf(["A", "B"]);
  const [callId] = await api.callIds(id);
  await api.live(callId!, "call_a");
  await api.sql(
    `UPDATE retell_calls SET call_status = 'failed', error_message = '=cmd|'' /C calc''!A0', disconnection_reason = 'dial_busy', duration_ms = 0,
       started_at = now(), ended_at = now(), recording_url = 'https://x/y.wav', analysis = '{"call_summary": "said \\"=1\\", bye\\n"}' WHERE id = $1`,
    [callId],
  );
  const [row, other] = rowsOf((await exportOf(id)).text);
  const { body } = await api.request("GET", `/v1/calls/${callId}`);
  for (const column of COLUMNS.filter((name) => !["error_message", "analysis"].includes(name))) {
    expect({ [column]: row![column] }).toEqual({ [column]: body[column] === null ? "" : String(body[column]) });
  }
  expect(row!.error_message).toBe(`'${body.error_message}`);
  expect(JSON.parse(row!.analysis!)).toEqual(body.analysis);
  expect(row!.duration_ms).toBe("0");
  expect(other).toMatchObject({
    call_status: "pending",
    retell_call_id: "",
    claimed_at: "",
    duration_ms: "",
    analysis: "",
  });
});

test("the answer is JSON unless the client prefers CSV", async () => {
  const id = await batchOf(["A"]);
  const typeFor = async (accept: string) =>
    (await api.request("GET", `/v1/batches/${id}/calls`, { headers: { accept } })).type;
  for (const accept of [
    "*/*",
    "application/json",
    "application/json, text/csv",
    "text/csv;q=0.5, application/json",
    "text/html",
  ]) {
    expect(await typeFor(accept)).toContain("application/json");
  }
  for (const accept of ["text/csv", "text/csv, application/json;q=0.9", "text/*"])
    expect(await typeFor(accept)).toContain("text/csv");
});

test("an unknown batch is a 404 problem, also as CSV", async () => {
  expect(await exportOf(UNKNOWN_ID)).toMatchObject({
    status: 404,
    type: expect.stringContaining("problem+json"),
    body: { code: "not_found" },
  });
});

test("a client that leaves half-way ends the export, and no error is logged", async () => {
  const id = await batchOf(Array.from({ length: 20_000 }, () => "x".repeat(200)));
  const before = api.logged.length;
  const download = request(`${api.url}/v1/batches/${id}/calls`, {
    headers: { accept: "text/csv", authorization: "Bearer admin-key" },
  });
  download.end();
  const [answer] = await once(download, "response");
  await once(answer, "data");
  download.destroy();
  const reading = () =>
    api.sql(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%FROM retell_calls c JOIN candidates%' AND pid <> pg_backend_pid()",
    );
  await until("the export has ended", async () => (await reading()).length === 0);
  expect(await api.request("GET", `/v1/batches/${id}`)).toMatchObject({ status: 200 });
  expect(api.logged.slice(before)).toEqual([]);
});

test("an export that fails half-way is cut off, so that nobody mistakes it for complete, and is logged once", async () => {
  const id = await batchOf(Array.from({ length: 1_500 }, (_, n) => `N ${n}`));
  const { lists } = api.db;
  const failing = (...[batch, asked, after, limit]: Parameters<typeof lists.calls>) =>
    after === null ? lists.calls(batch, asked, after, limit) : Promise.reject(new Error("the second page"));
  const broken = await serveApi(api.bed, { db: { ...api.db, lists: { ...lists, calls: failing } } });
  await expect(broken.request("GET", `/v1/batches/${id}/calls`, { headers: { accept: "text/csv" } })).rejects.toThrow(
    "terminated",
  );
  expect(broken.logged.map(({ level }) => level)).toEqual(["error"]);
});
