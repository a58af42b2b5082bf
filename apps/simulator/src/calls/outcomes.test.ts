import { type Circumstances, chooseOutcome, connects, terminalStatus } from "./outcomes.ts";

const TIMES = { ringMs: 10, talkMs: 100, analyzeMs: 1 };

function choose(circumstances: Partial<Circumstances>) {
  const ordinary = { toNumber: "+12137774445", nth: 0, metadata: undefined, table: {}, seed: 1, times: TIMES };
  return chooseOutcome({ ...ordinary, ...circumstances });
}

const table = {
  byNumber: { "+12137770001": { reason: "agent_hangup", talkMs: null }, "+12137774446": { reason: "dial_busy" } },
  default: { reason: "inactivity", ringMs: 3, talkMs: 4 },
};

describe("the first match decides", () => {
  test.each([
    ["metadata.sim before the table", "+12137770001", { sim: { reason: "dial_failed" } }, "dial_failed"],
    ["the table before the ending", "+12137770001", {}, "agent_hangup"],
    ["the table before its default", "+12137774446", {}, "dial_busy"],
    ["the ending before the default", "+12137770002", {}, "dial_busy"],
    ["the default for all others", "+12137774445", {}, "inactivity"],
    ["a wish that is none", "+12137774445", { sim: { reason: 7 } }, "inactivity"],
  ])("%s", (_what, toNumber, metadata, reason) => {
    expect(choose({ toNumber, metadata, table }).reason).toBe(reason);
  });

  test.each([
    ["0001", "dial_no_answer"],
    ["0002", "dial_busy"],
    ["0003", "user_declined"],
    ["0004", "invalid_destination"],
    ["0005", "voicemail_reached"],
    ["0006", "error_retell"],
  ])("a number ending in %s is %s", (ending, reason) => {
    expect(choose({ toNumber: `+1213777${ending}` })).toMatchObject({ reason, ...TIMES });
  });
});

describe("times", () => {
  test("come from the rule, else from the simulator", () => {
    expect(choose({ table })).toMatchObject({ ringMs: 3, talkMs: 4, analyzeMs: 1 });
    expect(choose({ toNumber: "+12137770001", table })).toMatchObject({ ringMs: 10, talkMs: null, analyzeMs: 1 });
  });

  test("a wish without a reason changes the times of what else applies", () => {
    const wished = choose({ metadata: { sim: { talkMs: null, ringMs: 0, lose: true } }, table });
    expect(wished).toMatchObject({ reason: "inactivity", ringMs: 0, talkMs: null, faults: { lose: true } });
  });

  test("a wished reason leaves the times of the rules behind", () => {
    expect(choose({ metadata: { sim: { reason: "dial_busy" } }, table })).toMatchObject({ ...TIMES });
  });
});

describe("the random mix", () => {
  const numbers = Array.from({ length: 4_000 }, (_, i) => `+1213${String(5_000_010 + i * 7)}`).filter(
    (number) => !/000[1-6]$/.test(number),
  );
  const draw = (seed: number, nth = 0) => numbers.map((toNumber) => choose({ toNumber, seed, nth }));

  test("has the shares it should have, and talk times around the usual", () => {
    const drawn = draw(1);
    const share = (reason: string) => (100 * drawn.filter((o) => o.reason === reason).length) / drawn.length;
    const shares = { user_hangup: 55, agent_hangup: 10, voicemail_reached: 12, dial_no_answer: 15, dial_busy: 5 };
    for (const [reason, percent] of Object.entries(shares)) expect(Math.abs(share(reason) - percent)).toBeLessThan(3);
    expect(share("user_declined")).toBeGreaterThan(0.5);
    expect(share("error_retell")).toBeGreaterThan(0.1);
    const talks = drawn.map((outcome) => Number(outcome.talkMs));
    expect(Math.min(...talks)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...talks)).toBeLessThanOrEqual(150);
    expect(new Set(talks).size).toBeGreaterThan(50);
  });

  test("depends on seed, number and repetition only", () => {
    expect(draw(1)).toEqual(draw(1));
    expect(draw(2)).not.toEqual(draw(1));
    expect(draw(1, 1)).not.toEqual(draw(1));
  });
});

test.each([
  ["user_hangup", true, "ended"],
  ["voicemail_reached", true, "ended"],
  ["manual_stopped", true, "ended"],
  ["dial_no_answer", false, "not_connected"],
  ["marked_as_spam", false, "not_connected"],
  ["error_llm_websocket_open", true, "error"],
  ["error_unknown", true, "error"],
  ["error_user_not_joined", false, "error"],
  ["concurrency_limit_reached", false, "error"],
  ["no_valid_payment", false, "error"],
  ["never_heard_of", false, "error"],
] as const)("%s: answered %s, then %s", (reason, answered, status) => {
  expect(connects(reason)).toBe(answered);
  expect(terminalStatus(reason, answered)).toBe(status);
});

test("a stopped call that nobody answered has not ended but never connected", () => {
  expect(terminalStatus("manual_stopped", false)).toBe("not_connected");
});
