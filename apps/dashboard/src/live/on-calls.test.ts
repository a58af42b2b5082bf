import { QueryClient } from "@tanstack/react-query";
import type { Call } from "../api/types.ts";
import { type CallsPage, callsKey, forgetTold, newest, onCalls } from "./on-calls.ts";

const call = (id: string, call_status: Call["call_status"]) => ({ id, call_status }) as Call;
const batch = "b";

afterEach(forgetTold);

test("an event after a request is newer than its answer, an event before it is older", () => {
  const client = new QueryClient();
  const before = performance.now() - 1;
  onCalls(client, batch, [call("1", "completed")]);
  const after = performance.now() + 1;
  expect(newest(call("1", "in_progress"), before).call_status).toBe("completed");
  expect(newest(call("1", "failed"), after).call_status).toBe("failed");
  expect(newest(call("2", "pending"), before).call_status).toBe("pending");
});

test("rows on the page are replaced in place, other rows are not added", () => {
  const client = new QueryClient();
  const page: CallsPage = { items: [call("1", "pending"), call("2", "pending")], next_cursor: null, askedAt: 0 };
  client.setQueryData([...callsKey(batch), {}], { pages: [page], pageParams: [null] });
  onCalls(client, batch, [call("2", "in_progress"), call("3", "in_progress")]);
  const data = client.getQueryData<{ pages: CallsPage[] }>([...callsKey(batch), {}]);
  expect(data?.pages[0]?.items).toEqual([call("1", "pending"), call("2", "in_progress")]);
});

test("events are cleared when another person signs in", () => {
  onCalls(new QueryClient(), batch, [call("1", "completed")]);
  forgetTold();
  expect(newest(call("1", "pending"), 0).call_status).toBe("pending");
});
