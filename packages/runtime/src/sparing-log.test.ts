import { createSparingLog, kindOfError } from "./sparing-log.ts";

test("a kind of message is logged once a minute, with the number of occurrences since", () => {
  const lines: unknown[] = [];
  let now = 0;
  const note = (fields: object, message: string) => void lines.push([fields, message]);
  const sparing = createSparingLog({ warn: note, error: note } as never, () => now);
  for (let n = 0; n < 100; n++) sparing.error("a", { n }, "failed");
  sparing.warn("b", {}, "away");
  now = 59_999;
  sparing.error("a", {}, "failed");
  now = 60_000;
  sparing.error("a", { n: "last" }, "failed");
  expect(lines).toEqual([
    [{ n: 0 }, "failed"],
    [{}, "away"],
    [{ n: "last", times: 101 }, "failed"],
  ]);
});

test.each([
  [Object.assign(new Error("x"), { code: "42703" }), "42703"],
  [new TypeError("x"), "TypeError"],
  [null, "unknown"],
])("the kind of %p is %s", (error, kind) => expect(kindOfError(error)).toBe(kind));
