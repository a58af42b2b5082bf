import { readFileSync } from "node:fs";
import { DEMO_OUTCOMES } from "./demo-outcomes.ts";

const [header, ...rows] = readFileSync(new URL("../../candidates.csv", import.meta.url), "utf8")
  .trim()
  .split("\n");
const numbers = rows.map((row) => row.split(",")[0]!);

test("the file has thirty candidates with all columns, all different", () => {
  expect(header).toBe("phone_number,name,external_id,first_name,role");
  expect(rows).toHaveLength(30);
  expect(new Set(numbers).size).toBe(30);
  for (const row of rows) expect(row.split(",").every((field) => field !== "")).toBe(true);
  for (const row of rows) expect(row.split(",")).toHaveLength(5);
});

test("all numbers are fictional: 555-0100 to 555-0199 are reserved for fiction", () => {
  for (const number of numbers) expect(number).toMatch(/^\+1[2-9]\d{2}55501\d{2}$/);
});

test("the outcome of each candidate is fixed, and of no other number", () => {
  expect(Object.keys(DEMO_OUTCOMES).sort()).toEqual([...numbers].sort());
});

test("the first five are reached, and all five are live together for at least 2 s after the last was answered", () => {
  const firstFive = numbers.slice(0, 5).map((number) => DEMO_OUTCOMES[number]!);
  for (const { reason, talkMs } of firstFive) {
    expect(["user_hangup", "agent_hangup"]).toContain(reason);
    expect(talkMs).toBeGreaterThanOrEqual(5_000);
    expect(talkMs).toBeLessThanOrEqual(7_000);
  }
  const lastAnswered = Math.max(...firstFive.map(({ ringMs }) => ringMs));
  const firstOver = Math.min(...firstFive.map(({ ringMs, talkMs }) => ringMs + talkMs!));
  expect(firstOver - lastAnswered).toBeGreaterThan(2_000);
});

test("the other outcomes are a plausible mix, ringing 1 to 2 s and talking 3 to 9 s", () => {
  const outcomes = Object.values(DEMO_OUTCOMES);
  expect(new Set(outcomes.map(({ reason }) => reason))).toEqual(
    new Set([
      "user_hangup",
      "agent_hangup",
      "voicemail_reached",
      "dial_no_answer",
      "dial_busy",
      "user_declined",
      "error_retell",
    ]),
  );
  for (const { ringMs, talkMs = 3_000 } of outcomes) {
    expect(ringMs).toBeGreaterThanOrEqual(1_000);
    expect(ringMs).toBeLessThanOrEqual(2_000);
    expect(talkMs).toBeGreaterThanOrEqual(3_000);
    expect(talkMs).toBeLessThanOrEqual(9_000);
  }
});
