import { openRateCounter } from "@ringfence/queue";
import { ADMIN_KEY } from "../testing/send-request.ts";
import { serveApi } from "../testing/serve-api.ts";
import { useApi } from "../testing/test-api.ts";
import { openProxy } from "../testing/test-proxy.ts";
import { limitWrongKeys } from "./wrong-keys.ts";

/** Wrong keys that are looked up and refused with 401. */
const LOOKED_UP = 10;

const api = useApi();

const serve = async (url = api.redisUrl) => {
  const prefix = `${api.prefix}${Math.random()}`;
  const open = () => {
    const counter = openRateCounter(url, prefix, () => undefined);
    api.onClose(counter.close);
    return serveApi(api.bed, { noteWrongKey: limitWrongKeys(counter) });
  };
  return [await open(), await open()] as const;
};
type Served = Awaited<ReturnType<typeof serve>>[0];

const guess = (served: Served) => served.request("GET", "/v1/lines", { key: "wrong" });
const signIn = (served: Served, key: string) => served.request("POST", "/v1/session", { key: null, body: { key } });
const guesses = async (served: readonly Served[], times: number) =>
  (await Promise.all(Array.from({ length: times }, (_, n) => guess(served[n % served.length]!)))).map(
    ({ status }) => status,
  );
const REFUSED = { status: 429, body: { code: "rate_limited" } };

test("after ten wrong keys, counted over two processes, a further wrong key is 429 with Retry-After", async () => {
  const served = await serve();
  expect(await guesses(served, LOOKED_UP)).toEqual(Array(LOOKED_UP).fill(401));
  for (const process of served) {
    const answer = await guess(process);
    expect(answer).toMatchObject(REFUSED);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  }
});

test("a right key is served, by header and as a sign-in, whatever wrong keys came before it", async () => {
  const [served] = await serve();
  await guesses([served], LOOKED_UP + 2);
  for (const key of ["viewer", "operator", "admin"] as const)
    expect(await served.request("GET", "/v1/lines", { key })).toMatchObject({ status: 200 });
  expect(await signIn(served, ADMIN_KEY)).toMatchObject({ status: 200 });
});

test("sign-ins, stops and Bull Board count the same wrong keys", async () => {
  const [served] = await serve();
  const { id } = await api.launch(await api.campaign(1));
  for (let times = 0; times < LOOKED_UP; times++)
    expect(await signIn(served, "nobody's")).toMatchObject({ status: 401 });
  expect(await signIn(served, "nobody's")).toMatchObject(REFUSED);
  expect(await served.request("POST", `/v1/batches/${id}/cancel`, { key: "wrong" })).toMatchObject(REFUSED);
  expect(await served.request("GET", "/queues", { key: "wrong" })).toMatchObject(REFUSED);
  expect(await served.request("POST", `/v1/batches/${id}/cancel`, { key: "operator" })).toMatchObject({ status: 200 });
});

test("a request without a key, or with an expired session, does not count as a guess", async () => {
  const [served] = await serve();
  for (let times = 0; times < LOOKED_UP; times++) {
    expect(await served.request("GET", "/v1/lines", { key: null })).toMatchObject({ status: 401 });
    const headers = { cookie: "ringfence_session=over" };
    expect(await served.request("GET", "/v1/lines", { key: null, headers })).toMatchObject({ status: 401 });
  }
  expect(await guess(served)).toMatchObject({ status: 401 });
});

test("while Redis is away, wrong keys are 401 and right keys are served", async () => {
  const proxy = await openProxy(api.redisUrl);
  const [served] = await serve(proxy.url);
  await guesses([served], LOOKED_UP);
  await proxy.cut();
  expect(await guesses([served], 3)).toEqual([401, 401, 401]);
  expect(await served.request("GET", "/v1/lines")).toMatchObject({ status: 200 });
});
