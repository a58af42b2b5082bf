import { mkdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { until } from "@ringfence/testkit";
import type { Page } from "playwright-core";
import { createWorld, type World } from "./world.ts";

/** `npm run screenshots`: every page in both themes, wide and at phone width, as PNG beside this app's sources. */
const FOLDER = fileURLToPath(new URL("../../screenshots", import.meta.url));
const CANDIDATES = fileURLToPath(new URL("../../../standalone/candidates.csv", import.meta.url));
const WIDTHS = { wide: { width: 1280, height: 860 }, phone: { width: 375, height: 812 } };
const TIME_LIMIT_MS = 300_000;

let world: World;
let places: { name: string; path: string; shows: RegExp; first?: (page: Page) => Promise<void> }[];
beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  world = await createWorld();
  await world.db.lines.change({ limit: 5, calls_per_second: 0 });
  const csv = await readFile(CANDIDATES, "utf8");
  const create = async (name: string) => {
    const { id } = await world.request<{ id: string }>("POST", "/v1/campaigns", { name, from_number: "+12025550199" });
    await world.request("POST", `/v1/campaigns/${id}/candidates`, csv);
    return id;
  };
  const launch = async (campaign: string) =>
    (await world.request<{ id: string }>("POST", `/v1/campaigns/${campaign}/launch`)).id;
  const ended = (batch: string) =>
    until("the batch has ended", async () => (await world.db.lists.batch(batch))?.completed_at);

  // A campaign that ran to its end, with calls that failed for several reasons.
  const done = await create("Nurses, Portland");
  const failing = [
    "dial_no_answer",
    "dial_busy",
    "dial_no_answer",
    "user_declined",
    "dial_no_answer",
    "voicemail_reached",
  ];
  const numbers = csv.split("\n").flatMap((row) => /^\+\d+/.exec(row) ?? []);
  const byNumber = Object.fromEntries(
    failing.map((reason, n) => [numbers[n * 4 + 1]!, { reason, ringMs: 20, talkMs: 20 }] as const),
  );
  world.simulator.outcomes({ byNumber, default: { reason: "user_hangup", ringMs: 20, talkMs: 60 } });
  await ended(await launch(done));
  // A campaign that was stopped, and one that runs, with half of its calls ended.
  world.simulator.outcomes({ default: { reason: "user_hangup", ringMs: 20, talkMs: null } });
  const stopped = await create("Drivers, Chicago, second round");
  const cancelled = await launch(stopped);
  await world.live(5);
  await world.request("POST", `/v1/campaigns/${stopped}/stop`);
  world.endLive();
  await ended(cancelled);
  await create("Accountants, spring");
  const running = await create("Electricians, Austin");
  const batch = await launch(running);
  for (let round = 0; round < 3; round++) {
    await world.live(5);
    world.endLive();
    await world.live(5);
  }
  await world.key("operator", "Night shift");
  await world.key("viewer", "Wall screen");
  const [call] = await world.sql<{ id: string }>(
    "SELECT id FROM retell_calls WHERE batch_id = $1 AND call_status = 'completed' ORDER BY turn LIMIT 1",
    [batch],
  );
  const german = (
    await world.request<{ id: string }>("POST", "/v1/campaigns", {
      name: "Pflegekräfte, Berlin",
      from_number: "+12025550199",
    })
  ).id;
  places = [
    { name: "import-choose", path: `/campaigns/${german}`, shows: /No candidates yet/, first: openImport },
    { name: "import-check", path: `/campaigns/${german}`, shows: /No candidates yet/, first: checkColumns },
    {
      name: "import-done",
      path: `/campaigns/${german}`,
      shows: /Pflegekräfte/,
      first: async (page) => {
        await checkColumns(page);
        await page.getByRole("button", { name: /^Import \d/ }).click();
        await page.getByText(/candidates imported|Nothing was imported/).waitFor();
      },
    },
    { name: "campaigns", path: "/campaigns", shows: /Electricians/ },
    { name: "campaign", path: `/campaigns/${running}`, shows: /Running batches/ },
    { name: "campaign-paused", path: `/campaigns/${stopped}`, shows: /Activate/ },
    { name: "batch", path: `/batches/${batch}`, shows: /Ada Brennan/ },
    { name: "call", path: `/batches/${batch}?call=${call!.id}`, shows: /Created/ },
    { name: "lines", path: "/lines", shows: /waiting/i },
    { name: "keys", path: "/keys", shows: /Night shift/ },
    { name: "activity", path: "/activity", shows: /launched/ },
    {
      name: "stop-all",
      path: `/batches/${batch}`,
      shows: /Ada Brennan/,
      first: async (page) => {
        await page.getByRole("button", { name: "Stop All" }).click();
        await page
          .getByRole("dialog")
          .getByText(/pending calls/)
          .first()
          .waitFor();
      },
    },
    {
      name: "receipt",
      path: `/batches/${batch}`,
      shows: /Ada Brennan/,
      first: async (page) => {
        const button = page.getByRole("button", { name: "Pause Batch" });
        if (await button.isEnabled()) await button.click();
        await page.getByRole("alert").first().waitFor();
        await page.getByRole("table", { name: "Receipts" }).waitFor();
      },
    },
  ];
});
afterAll(() => world.close());

/** A file with faults, as German spreadsheets write it. */
const PEOPLE = `Vorname;Nachname;Telefon;Stadt;Beruf
Jörg;Müller;030 901820;Köln;Krankenpfleger
Änne;Weiß;0171 1234567;Gießen;Hebamme
Karl;Groß;030 901820 / 821;Zürich;Altenpfleger
Özlem;Kaya;;Nürnberg;Krankenschwester
Lena;Schäfer;+49 171 7654321;Lübeck;Ärztin
`;

async function openImport(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Import candidates" }).first().click();
  await page.getByLabel("Or paste numbers").waitFor();
}

async function checkColumns(page: Page): Promise<void> {
  await openImport(page);
  const buffer = Buffer.from(PEOPLE, "latin1");
  await page.locator("input[type=file]").setInputFiles({ name: "Kandidaten.csv", mimeType: "text/csv", buffer });
  await page.getByRole("combobox", { name: "Country of numbers without +" }).fill("Germany");
  await page.getByRole("option", { name: /^Germany/ }).click();
  await page.getByText("2 of 5 rows will be rejected").waitFor();
}

test(
  "every page",
  async () => {
    const signedOut = await world.open("/login");
    await signedOut.getByLabel("API key").waitFor();
    await signedOut.screenshot({ path: `${FOLDER}/login-wide-light.png` });
    const key = await world.key("admin", "Ada");
    for (const place of [...places]) {
      for (const [width, viewport] of Object.entries(WIDTHS)) {
        for (const colorScheme of ["light", "dark"] as const) {
          const page = await world.open(place.path, { key, colorScheme, viewport });
          await page.getByText(place.shows).first().waitFor();
          await place.first?.(page);
          await page.screenshot({
            path: `${FOLDER}/${place.name}-${width}-${colorScheme}.png`,
            animations: "disabled",
          });
          await page.context().close();
        }
      }
    }
  },
  TIME_LIMIT_MS,
);
