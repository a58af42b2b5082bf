import { useApi } from "../../testing/test-api.ts";

const NDJSON = { "content-type": "application/x-ndjson" };

const api = useApi();
let campaign: string;
beforeEach(async () => {
  campaign = await api.campaign(0);
});

const importLines = (raw: string | Uint8Array | ReadableStream<Uint8Array>, headers: Record<string, string> = NDJSON) =>
  api.request("POST", `/v1/campaigns/${campaign}/candidates`, { key: "operator", raw, headers });
const kept = async () => (await api.pages(`/v1/campaigns/${campaign}/candidates?limit=1000`)).items;

test("each line is a candidate, in order; lines that are not candidates are named, the others stored", async () => {
  const { status, body } = await importLines(
    [
      '\ufeff{"phone_number": "+14155550101", "name": "Zoë 🙂", "dynamic_variables": {"city": "Rome", "age": 30}}',
      "",
      '{"phone_number": "+1 (415) 555-0102", "external_id": null}\r',
      '{"phone_number": "12"}',
      '{"phone_number": "+14155550103", "nam": "Typo"}',
      '{"name": "No number"}',
      "null",
      '{"phone_number": "+14155550101"}',
    ].join("\n"),
  );
  expect({ status, body }).toMatchObject({
    status: 200,
    body: {
      created: 2,
      duplicates: 1,
      rejected_count: 4,
      rejected: [
        { row: 3, phone_number: "12" },
        { row: 4, phone_number: "+14155550103", reason: "nam: not known" },
        { row: 5, phone_number: "" },
        { row: 6, phone_number: "" },
      ],
    },
  });
  expect(await kept()).toMatchObject([
    { phone_number: "+14155550101", name: "Zoë 🙂", dynamic_variables: { city: "Rome", age: "30" } },
    { phone_number: "+14155550102", name: null, external_id: null },
  ]);
});

test.each([
  ["a line that is not JSON", '{"phone_number": "+14155550101"}\n{"phone_number"\n', "line 2"],
  ["a last line cut short", '{"phone_number": "+14155550101"}\n{"phone_nu', "line 2"],
  ["CSV", "phone_number\n+14155550101\n", "line 1"],
  ["a line longer than any", `{"phone_number": "+14155550101"}\n${"x".repeat(300_000)}`, "line"],
  ["bytes that are not UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), "line 1"],
])("a body with %s is 400, and nothing is stored", async (_what, raw, path) => {
  expect(await importLines(raw)).toMatchObject({ status: 400, body: { code: "invalid_request", errors: [{ path }] } });
  expect(await kept()).toEqual([]);
  expect(await api.request("GET", "/v1/lines")).toMatchObject({ status: 200 });
});

test("a character may be split between two chunks", async () => {
  const bytes = new TextEncoder().encode(
    '{"phone_number": "+14155550101", "name": "Zoë 🙂"}\n{"phone_number": "+14155550102"}',
  );
  const { body } = await importLines(
    new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    }),
  );
  expect(body).toMatchObject({ created: 2 });
  expect(await kept()).toMatchObject([{ name: "Zoë 🙂" }, {}]);
});

test("20,000 lines stream through; a compressed body is 415", async () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => `{"phone_number": "+1415${5_000_000 + n}"}\n`).join("");
  expect((await importLines(lines)).body).toMatchObject({
    created: 20_000,
    duplicates: 0,
    rejected_count: 0,
    rejected: [],
  });
  expect(await importLines("{}", { ...NDJSON, "content-encoding": "gzip" })).toMatchObject({ status: 415 });
});
