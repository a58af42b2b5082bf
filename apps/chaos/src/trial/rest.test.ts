import type { PhoneCall, WebhookEntry } from "@ringfence/simulator";
import { openDeliveries } from "./rest.ts";

const call = { call_id: "call_1" } as PhoneCall;
const entry = (event: string, attempt: number, status: number | null): WebhookEntry => ({
  at: 0,
  call_id: "row",
  retell_call_id: "call_1",
  event,
  attempt,
  status,
});
const ended = entry("call_ended", 1, 204);
const analysed = entry("call_analyzed", 1, 204);

test.each<[string, WebhookEntry[], number]>([
  ["both events delivered", [ended, analysed], 0],
  ["the analysis has not been sent", [ended], 1],
  ["lost by a fault", [ended, entry("call_analyzed", 0, null)], 0],
  ["refused, to be tried again", [ended, entry("call_analyzed", 1, 503)], 1],
  ["refused, then taken", [ended, entry("call_analyzed", 1, 503), entry("call_analyzed", 2, 204)], 0],
  ["given up", [ended, ...[1, 2, 3, 4].map((attempt) => entry("call_analyzed", attempt, 401))], 0],
  ["doubled, one of them taken", [ended, analysed, entry("call_analyzed", 1, 503)], 1],
])("%s", (_, webhooks, open) => {
  expect(openDeliveries({ calls: [call], webhooks })).toBe(open);
});
