import { backToQueue, done, handedBack, jobs } from "./jobs.ts";

test("a job's payload holds only ids, and a finished job leaves nothing behind", () => {
  const { payload, options, queue } = jobs["call.run"];
  const ids = { callId: "3f2504e0-4f89-41d3-9a0c-0305e82c3301", batchId: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff" };
  expect(queue).toBe("calls");
  expect(payload.parse({ ...ids, phone_number: "+14155550100" })).toEqual(ids);
  expect(payload.safeParse({ callId: "7", batchId: ids.batchId }).success).toBe(false);
  expect(options).toMatchObject({ removeOnComplete: true, removeOnFail: true });
});

test("a run has three possible results", () => {
  expect(done("ended")).toEqual({ kind: "done", outcome: "ended" });
  expect(backToQueue("raced")).toEqual({ kind: "back", reason: "raced" });
  expect(handedBack()).toEqual({ kind: "handed-back" });
});
