import { safeNext } from "./safe-next.ts";

test.each([
  ["/batches/1?call=2", "/batches/1?call=2"],
  ["/queues/queue/calls", "/queues/queue/calls"],
  [null, "/campaigns"],
  ["", "/campaigns"],
  ["//evil.example", "/campaigns"],
  ["/\\evil.example", "/campaigns"],
  ["/\t/evil.example", "/campaigns"],
  ["https://evil.example", "/campaigns"],
  ["javascript:alert(1)", "/campaigns"],
  ["/login?next=/login", "/campaigns"],
])("%j leads to %s", (next, to) => {
  expect(safeNext(next)).toBe(to);
});
