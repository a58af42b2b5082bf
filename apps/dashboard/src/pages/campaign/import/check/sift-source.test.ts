import { openFile } from "../choose/source.ts";
import { guessed, openSource } from "../plan.ts";
import { type Progress, SHOWN_REJECTED, siftSource } from "./sift-source.ts";

const FILE = `Vorname;Nachname;Telefon;Notiz
Jörg;Müller;030 901820;=1+1
Karl;Groß;030 901820 / 821;"zwei
Zeilen"
Änne;Weiß;0171 1234567;
Özlem;Kaya;;@home
`;

async function open(content: string) {
  const opened = await openSource(await openFile(new File([content], "people.csv")));
  return { opened, reading: { columns: opened.columns, mapping: guessed(opened), defaultCountry: "DE" } };
}

const sift = async (content: string, options = {}) => {
  const { opened, reading } = await open(content);
  return await siftSource(opened, reading, options);
};

const numbersIn = async (body: Blob): Promise<string[]> =>
  (await body.text())
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).phone_number);

test("accepted rows are sent; the others are returned whole, with line and reason", async () => {
  const sifted = await sift(FILE);
  expect(sifted).toMatchObject({ rows: 4, taken: 2, rejected: 2 });
  expect(await numbersIn(sifted.body)).toEqual(["+4930901820", "+491711234567"]);
  expect(sifted.firstRejected.map(({ line, reason }) => [line, reason])).toEqual([
    [3, expect.stringContaining("+4930901820 or")],
    [6, "The number is missing"],
  ]);
});

test("the file of rejected rows, corrected, is imported with every cell as it was", async () => {
  const { rejectedFile } = await sift(FILE);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await rejectedFile.arrayBuffer());
  expect(text.startsWith("\uFEFF")).toBe(true);
  expect(text).toContain(`"'@home"`);
  const corrected = text.replace("030 901820 / 821", "030 901821").replace('"Kaya";""', '"Kaya";"030 901822"');
  const again = await sift(corrected);
  expect(again).toMatchObject({ rows: 2, taken: 2, rejected: 0 });
  expect(
    (await again.body.text())
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  ).toEqual([
    {
      phone_number: "+4930901821",
      name: "Karl Groß",
      external_id: "",
      dynamic_variables: { Vorname: "Karl", Nachname: "Groß", Notiz: "zwei\nZeilen" },
    },
    {
      phone_number: "+4930901822",
      name: "Özlem Kaya",
      external_id: "",
      dynamic_variables: { Vorname: "Özlem", Nachname: "Kaya", Notiz: "@home" },
    },
  ]);
});

test("rows that the server rejected are found in the file by their position among the rows sent", async () => {
  const sifted = await sift(FILE, { turnedDown: new Map([[2, "The server said no"]]) });
  expect(sifted).toMatchObject({ rows: 4, taken: 1, rejected: 3 });
  expect(sifted.firstRejected.map(({ line, reason }) => [line, reason])).toEqual([
    [3, expect.any(String)],
    [5, "The server said no"],
    [6, "The number is missing"],
  ]);
  expect(await sifted.rejectedFile.text()).toContain('"Änne";"Weiß";"0171 1234567";"";"The server said no"');
});

test("the first of many rejected rows are shown, and the file has all", async () => {
  const sifted = await sift(`Telefon\n${"keine\n".repeat(10_000)}`);
  expect(sifted).toMatchObject({ rows: 10_000, taken: 0, rejected: 10_000, body: { size: 0 } });
  expect(sifted.firstRejected).toHaveLength(SHOWN_REJECTED);
  expect((await sifted.rejectedFile.text()).trimEnd().split("\r\n")).toHaveLength(10_001);
});

test("the progress of a large file is reported, and a signal ends the reading", async () => {
  const { opened, reading } = await open(`Telefon,Name\n${"+4930901820,Ada\n".repeat(40_000)}`);
  const told: Progress[] = [];
  await siftSource(opened, reading, { onProgress: (progress) => told.push(progress) });
  expect(told.length).toBeGreaterThan(0);
  expect(told.map(({ share }) => share)).toEqual(told.map(({ share }) => share).sort());
  const gone = new AbortController();
  const sifting = siftSource(opened, reading, { signal: gone.signal, onProgress: () => gone.abort() });
  await expect(sifting).rejects.toThrow(/abort/i);
});

test("a quote that never closes is a fault of the file, with its line", async () => {
  await expect(sift('Telefon,Name\n+4930901820,Ada\n+4930901821,"Bo\n')).rejects.toMatchObject({ line: 3 });
});
