import { remediesOf, told } from "./told.ts";
import { linesRecord, reasonTable } from "./views.ts";

const NOT_IN_ACCOUNT = "Cannot find requested asset under given api key.";
const MEANS = "The caller number or agent is not in this Retell account";

test("codes and Retell's sentence are put into words, every other message is unchanged", () => {
  expect(told(NOT_IN_ACCOUNT)).toBe(MEANS);
  expect(told("dial_busy")).toBe("Busy");
  expect(told("a_code_of_next_year")).toBe("A code of next year");
  expect(told("Batch cancelled by user")).toBe("Cancelled by a stop");
  expect(told("Number not valid in region 7")).toBe("Number not valid in region 7");
  expect(told(null)).toBeNull();
});

test("a remedy is given once, and none where there is nothing to fix", () => {
  expect(remediesOf(["dial_busy", NOT_IN_ACCOUNT, null, NOT_IN_ACCOUNT])).toBe(
    "\n\nEdit the campaign and choose a number and an agent that are in the account:\nringfence numbers and ringfence agents list them.",
  );
  expect(remediesOf(["dial_busy", null])).toBe("");
});

test("the views say why calls ended and why dialling is held", () => {
  const reasons = reasonTable([{ call_status: "failed", reason: NOT_IN_ACCOUNT, calls: 12 }]);
  expect(reasons).toMatch(new RegExp(`12 +failed +${MEANS}\n\nEdit the campaign`));
  const held = {
    reason: `Retell refused 5 calls in a row alike (422): ${NOT_IN_ACCOUNT}`,
    since: "2026-11-27T20:00:00Z",
  };
  const ordinary = {
    limit: 5,
    in_use: 0,
    calls_per_second: 1,
    waiting: 9,
    held: null,
    next_dial_at: "2026-11-27T20:00:00Z",
    workers: 2,
    blocked_by: null,
    simulated: false,
  };
  expect(linesRecord(ordinary)).toMatch(/workers alive +2\nblocked by +nothing\nhold +none$/);
  const none = linesRecord({ ...ordinary, workers: 0, blocked_by: "no_worker", simulated: true });
  expect(none).toMatch(/workers alive +none: .*\nblocked by +no worker is running\n/);
  expect(none).toMatch(/\nRetell +the simulator: nobody's phone rings$/);
  const lines = linesRecord({ ...ordinary, held, blocked_by: "held" });
  expect(lines).toMatch(/blocked by +the hold\nhold +Retell refused/);
  expect(lines).toMatch(`alike (422): ${MEANS} (since 2026-11-27 20:00Z)\n\nEdit the campaign`);
});
