import { text as readText } from "node:stream/consumers";
import type { Page } from "playwright-core";
import { findings } from "./accessibility.ts";
import { workbook } from "./workbook.ts";
import { createWorld, type World } from "./world.ts";

const PHONE = { width: 375, height: 740 };

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
afterEach(() => {
  expect(world.problems).toEqual([]);
  return world.closePages();
});

const campaignOf = async (name: string): Promise<string> =>
  (await world.request<{ id: string }>("POST", "/v1/campaigns", { name, from_number: "+12025550199" })).id;

const candidatesOf = (campaign: string) =>
  world.sql<{ phone_number: string; name: string | null; variables: Record<string, string> }>(
    "SELECT phone_number, name, dynamic_variables AS variables FROM candidates WHERE campaign_id = $1 ORDER BY ordinal",
    [campaign],
  );

const latin = (text: string): Buffer => Buffer.from(text, "latin1");
const dialogOf = (page: Page) => page.getByRole("dialog");

async function openImport(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Import candidates" }).first().click();
  await dialogOf(page).getByLabel("Or paste numbers").waitFor();
}

/** Chooses a file and waits for its columns. */
async function chooseFile(page: Page, name: string, buffer: Buffer): Promise<void> {
  await dialogOf(page).locator("input[type=file]").setInputFiles({ name, mimeType: "", buffer });
  await dialogOf(page).getByRole("table", { name: "The first rows" }).waitFor();
}

const GERMAN = [
  "Vorname;Nachname;Telefon;Ort",
  "Jörg;Müller;030 901820;Köln",
  'Änne;Weiß;"0171 1234567";Gießen',
  "Karl;Groß;030 901820 / 821;Zürich",
  "Özlem;Kaya;;Nürnberg",
  "",
].join("\r\n");

test("a German file in Windows-1252 is imported; its rejected rows are downloaded, corrected and imported with all their columns", async () => {
  const campaign = await campaignOf("Herbst");
  const key = await world.key("operator");
  const page = await world.open(`/campaigns/${campaign}`, { key, viewport: PHONE, colorScheme: "dark" });
  await openImport(page);
  expect(await findings(page)).toEqual([]);
  await chooseFile(page, "Kandidaten.csv", latin(GERMAN));
  const dialog = dialogOf(page);
  await dialog.getByText("read as Western European (Windows-1252)").waitFor();
  await dialog.getByText("No row can be imported").waitFor();

  // The country is chosen by keyboard alone.
  await dialog.getByRole("combobox", { name: "Country of numbers without +" }).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("germ");
  await page.keyboard.press("Enter");
  const preview = dialog.getByRole("table", { name: "The first rows" });
  await preview.getByRole("row", { name: /\+4930901820 Jörg Müller/ }).waitFor();
  await preview.getByRole("row", { name: /May be \+4930901820 or .* Karl/ }).waitFor();
  await dialog.getByText("2 of 4 rows will be rejected").waitFor();
  await dialog.getByText("{{Vorname}}, {{Nachname}}, {{Ort}}, {{name}}").waitFor();
  expect(await findings(page)).toEqual([]);

  await dialog.getByRole("button", { name: "Import 2 candidates" }).click();
  await dialog.getByText("2 candidates imported").waitFor();
  await dialog
    .getByRole("table", { name: "Rejected rows" })
    .getByRole("row", { name: /^5 The number is missing/ })
    .waitFor();
  expect(await findings(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false);

  const downloading = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download 2 rejected rows" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("Kandidaten-rejected.csv");
  const rejected = await readText(await download.createReadStream());
  expect(rejected).toContain("rejected_because");
  const corrected = rejected.replace("030 901820 / 821", "030 901821").replace('"Kaya";""', '"Kaya";"0171 7654321"');

  await dialog.getByRole("button", { name: "Import more" }).click();
  await chooseFile(page, download.suggestedFilename(), Buffer.from(corrected));
  // The country is remembered.
  await dialog.getByRole("button", { name: "Import 2 candidates" }).click();
  await dialog.getByText("2 candidates imported").waitFor();
  await dialog.getByRole("button", { name: "Done" }).click();
  expect(await candidatesOf(campaign)).toEqual([
    person("+4930901820", "Jörg", "Müller", "Köln"),
    person("+491711234567", "Änne", "Weiß", "Gießen"),
    person("+4930901821", "Karl", "Groß", "Zürich"),
    person("+491717654321", "Özlem", "Kaya", "Nürnberg"),
  ]);
});

const person = (phone_number: string, Vorname: string, Nachname: string, Ort: string) => ({
  phone_number,
  name: `${Vorname} ${Nachname}`,
  variables: { Vorname, Nachname, Ort },
});

test("a workbook is recognised whatever its name; people in the campaign are replaced, and people on the do-not-call list are reported", async () => {
  const campaign = await campaignOf("Spring");
  await world.request("POST", `/v1/campaigns/${campaign}/candidates`, "phone_number,name\n+14155550101,Nobody");
  await world.request("POST", "/v1/do-not-call", { phone_numbers: ["+14155550102"] });
  const page = await world.open(`/campaigns/${campaign}`, { key: await world.key("operator") });
  const dialog = dialogOf(page);
  await openImport(page);
  await chooseFile(
    page,
    "people.csv",
    workbook([
      ["First Name", "Last Name", "Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Value", "ID"],
      ["Ada", "Brennan", "Mobile", 14155550100, "", 7],
      ["Bo", "Nguyen", "Home", "", "+1 415 555 0101", 8],
      ["Cy", "Okafor", "Work", "+14155550102", "", 9],
    ]),
  );
  await dialog.getByText("Excel workbook, read from its first sheet").waitFor();
  await dialog.getByText("1 of 3 rows will be rejected").waitFor();
  await dialog.getByRole("combobox", { name: "Country of numbers without +" }).fill("us");
  await page.getByRole("option", { name: /^United States/ }).click();
  await dialog.getByText("All 3 rows can be imported").waitFor();
  await dialog.getByLabel("Replace their name, external ID and variables").check();
  await dialog.getByRole("button", { name: "Import 3 candidates" }).click();
  await dialog.getByText("2 candidates imported").waitFor();
  await dialog.getByText("1 candidate updated: the campaign already had this number.").waitFor();
  await dialog.getByText("1 of the imported candidates is on the do-not-call list and will not be called.").waitFor();
  const people = await candidatesOf(campaign);
  expect(people.map(({ phone_number, name }) => [phone_number, name])).toEqual([
    ["+14155550101", "Bo Nguyen"],
    ["+14155550100", "Ada Brennan"],
    ["+14155550102", "Cy Okafor"],
  ]);
  expect(people[1]!.variables).toEqual({
    "First Name": "Ada",
    "Last Name": "Brennan",
    "Phone 1 - Label": "Mobile",
    ID: "7",
  });

  // A person pasted again is not imported again.
  await dialog.getByRole("button", { name: "Import more" }).click();
  await dialog.getByLabel("Or paste numbers").fill("+1 415 555 0101, Bo");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("button", { name: "Import 1 candidate" }).click();
  await dialog.getByText("Nothing was imported").waitFor();
  await dialog.getByRole("button", { name: "Done" }).click();

  await page.getByRole("button", { name: "Launch Calls" }).click();
  await dialog.getByRole("button", { name: "Call 2 candidates" }).waitFor();
  await dialog.getByText("1 candidate is on the do-not-call list").waitFor();
});
