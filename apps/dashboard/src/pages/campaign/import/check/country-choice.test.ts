import { countryChoices, matchesCountry, rememberCountry, rememberedCountry } from "./country-choice.ts";

const found = (typed: string) =>
  countryChoices()
    .filter((choice) => matchesCountry(choice, typed))
    .map(({ value }) => value);

test("countries are in the order of their names and show their calling codes", () => {
  const labels = countryChoices().map(({ label }) => label);
  expect(labels).toContain("Germany (+49)");
  expect(labels[0]).toMatch(/^Afghanistan/);
  expect(labels.length).toBeGreaterThan(200);
});

test("a country is found by its name, its letters or its calling code", () => {
  expect(found("germ")).toEqual(["DE"]);
  expect(found(" de ")).toContain("DE");
  expect(found("+49")).toEqual(["DE"]);
});

test("without storage no country is remembered and nothing fails", () => {
  rememberCountry("a campaign", "DE");
  expect(rememberedCountry("a campaign")).toBeNull();
});
