import { remediesOf, told } from "./told.ts";
import { linesRecord, reasonTable } from "./views.ts";

const NOT_IN_ACCOUNT = "Cannot find requested asset under given api key.";
const MEANS = "The caller number or agent is not in this Retell account";

test("Retell's sentence is told as what it means, every other message as it is", () => {
  expect(told(NOT_IN_ACCOUNT)).toBe(MEANS);
  expect(told("dial_busy")).toBe("dial_busy");
  expect(told(null)).toBeNull();
});

test("the way to mend it is said once, and not where there is nothing to mend", () => {
  expect(remediesOf(["dial_busy", NOT_IN_ACCOUNT, null, NOT_IN_ACCOUNT])).toBe(
    "\n\nEdit the campaign and choose a number and an agent that are in the account:\nringfence numbers and ringfence agents list them.",
  );
  expect(remediesOf(["dial_busy", null])).toBe("");
});

test("why calls ended, and why dialling is held", () => {
  const reasons = reasonTable([{ call_status: "failed", reason: NOT_IN_ACCOUNT, calls: 12 }]);
  expect(reasons).toMatch(new RegExp(`12 +failed +${MEANS}\n\nEdit the campaign`));
  const held = {
    reason: `Retell refused 5 calls in a row alike (422): ${NOT_IN_ACCOUNT}`,
    since: "2026-11-27T20:00:00Z",
  };
  const lines = linesRecord({ limit: 5, in_use: 0, calls_per_second: 1, waiting: 9, held });
  expect(lines).toMatch(`alike (422): ${MEANS} (since 2026-11-27 20:00Z)\n\nEdit the campaign`);
});
