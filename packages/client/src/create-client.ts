import openapiFetch from "openapi-fetch";
import { type ByteSource, bodyOf } from "./bytes.ts";
import { COMES_IN_PAGES, TAKES_IDEMPOTENCY_KEY } from "./generated/operations.ts";
import type { paths } from "./generated/schema.ts";
import type {
  Answer,
  Importing,
  ImportingCandidates,
  ImportType,
  InitOf,
  ItemOf,
  ListPaths,
  Method,
  PathsWith,
  Sending,
  StreamPaths,
  StreamType,
} from "./operations.ts";
import { DEFAULT_RETRIES, type Retries } from "./retries.ts";
import { send } from "./send.ts";

/** Posts that may be repeated as they are: stopping twice is stopping once. */
const STOPS = ["/v1/batches/{id}/cancel", "/v1/campaigns/{id}/stop"] satisfies PathsWith<"post">[];
// PATCH /v1/campaigns/{id} is not repeated: `status: "active"`, sent again, could undo a stop that came between.
const REPEATABLE = new Set(["GET", "PUT", "DELETE"]);
const READ_TIMEOUT_MS = 30_000;
/** Items of a page where the caller does not say; the API's own default is made for screens. */
const PAGE_SIZE = 200;

/** Where the API is and with which key it is asked. */
export interface ClientOptions {
  /** Such as `https://calls.example.com`, with a path if the API is below one. */
  url: string;
  /** An API key. It goes nowhere but into the header `Authorization`. */
  key: string;
  /** Instead of the global one. */
  fetch?: typeof globalThis.fetch;
  /** How often and when requests are repeated; what is left out is as in `DEFAULT_RETRIES`. */
  retries?: Partial<Retries>;
  /** How long one try of a GET may take, in ms; 30,000 unless given. */
  readTimeoutMs?: number;
}

type Call<M extends Method> = <Path extends PathsWith<M>>(
  path: Path,
  ...init: InitOf<Path, M>
) => Promise<Answer<Path, M>>;

/**
 * The API, typed by its OpenAPI document. Everything here throws `RingfenceError` if the API refuses,
 * `RingfenceUnreachable` if no answer comes, and the reason of an aborted signal.
 */
export interface Client {
  GET: Call<"get">;
  PUT: Call<"put">;
  POST: Call<"post">;
  PATCH: Call<"patch">;
  DELETE: Call<"delete">;

  /** Every item of a list. The next page is asked for when the one before is used up; `limit` is the size of a page. */
  pages<Path extends ListPaths>(
    path: Path,
    ...init: InitOf<Path, "get">
  ): AsyncGenerator<ItemOf<Path>, void, undefined>;

  /** The bytes of an export or of the events, as they come. */
  stream<Type extends StreamType, Path extends StreamPaths<Type>>(
    type: Type,
    path: Path,
    ...init: InitOf<Path, "get">
  ): Promise<ReadableStream<Uint8Array>>;

  /** Imports candidates while they are read, of any number, in little memory. Sent once: when it fails, import the whole again, duplicates are skipped. */
  importCandidates(
    campaignId: string,
    source: ByteSource,
    type: ImportType,
    importing?: ImportingCandidates,
  ): Promise<Answer<"/v1/campaigns/{id}/candidates", "post">>;

  /** Puts numbers on the do-not-call list, likewise. */
  importDoNotCall(
    source: ByteSource,
    type: ImportType,
    importing?: Importing,
  ): Promise<Answer<"/v1/do-not-call", "post">>;
}

/** What any request comes down to; its parts fit each other by the types of `Client`. */
interface Loose extends Sending {
  params?: { path?: Record<string, unknown>; query?: Record<string, unknown>; header?: Record<string, unknown> };
  body?: unknown;
}

/** openapi-fetch without its types: here a path is a value, and those who call know which it is. */
interface Core {
  request(method: string, path: string, init: object): Promise<{ response: Response }>;
}

/** A client of the API. Throws TypeError if address or key cannot be ones. */
export function createClient({ url, key, fetch, retries, readTimeoutMs = READ_TIMEOUT_MS }: ClientOptions): Client {
  const core = openapiFetch<object>({
    baseUrl: addressOf(url),
    headers: { Authorization: `Bearer ${validKey(key)}` },
    redirect: "error",
  }) as unknown as Core;
  const settings = { ...DEFAULT_RETRIES, ...retries };
  // The global one must be called on its own, and may be replaced later.
  const call: typeof globalThis.fetch = fetch ?? ((input, init) => globalThis.fetch(input, init));

  async function request(method: string, path: string, init: Loose = {}, streamed = false, raw = false) {
    const { headers: given = {}, signal, ...rest } = init;
    const headers = new Headers(given);
    const takesKey = !raw && TAKES_IDEMPOTENCY_KEY.has(`${method} ${path}`);
    const named = headers.get("idempotency-key") ?? init.params?.header?.["Idempotency-Key"];
    if (takesKey && named === undefined) headers.set("Idempotency-Key", randomKey());
    const repeatable = !raw && (REPEATABLE.has(method) || takesKey || STOPS.some((stop) => stop === path));
    const timeoutMs = method === "GET" ? readTimeoutMs : null;
    const { response } = await core.request(method, path, {
      ...rest,
      headers,
      // Kept back from openapi-fetch's own parsing, which knows no failure half-way.
      parseAs: "stream",
      fetch: (sent: Request) => send(sent, { fetch: call, retries: settings, repeatable, streamed, timeoutMs, signal }),
      ...(raw && { bodySerializer: (body: unknown) => body, duplex: "half" }),
    });
    return response;
  }

  const json =
    (method: Uppercase<Method>) =>
    async (path: string, init?: Loose): Promise<unknown> => {
      const text = await (await request(method, path, init)).text();
      return text ? JSON.parse(text) : undefined;
    };

  async function* pages(path: string, init: Loose = {}): AsyncGenerator<unknown, void, undefined> {
    const size = COMES_IN_PAGES.has(`GET ${path}`) ? { limit: PAGE_SIZE } : {};
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const query = { ...size, ...init.params?.query, ...(cursor && { cursor }) };
      const page = (await json("GET")(path, { ...init, params: { ...init.params, query } })) as {
        items: unknown[];
        next_cursor: string | null;
      };
      yield* page.items;
      cursor = page.next_cursor;
    }
  }

  async function stream(type: StreamType, path: string, init: Loose = {}): Promise<ReadableStream<Uint8Array>> {
    const { body } = await request("GET", path, { ...init, headers: { ...init.headers, Accept: type } }, true);
    return body ?? new ReadableStream({ start: (controller) => controller.close() });
  }

  async function upload(path: string, source: ByteSource, type: ImportType, init: Loose = {}) {
    const { body, failure } = bodyOf(source);
    const headers = { ...init.headers, "Content-Type": type };
    try {
      const response = await request("POST", path, { ...init, headers, body }, false, true);
      return await response.json();
    } catch (error) {
      throw failure()?.reason ?? error;
    }
  }

  return {
    GET: json("GET"),
    PUT: json("PUT"),
    POST: json("POST"),
    PATCH: json("PATCH"),
    DELETE: json("DELETE"),
    pages,
    stream,
    importCandidates: (id, source, type, { query, ...sending } = {}) =>
      upload("/v1/campaigns/{id}/candidates" satisfies keyof paths, source, type, {
        ...sending,
        params: { path: { id }, ...(query && { query }) },
      }),
    importDoNotCall: (source, type, { query, ...sending } = {}) =>
      upload("/v1/do-not-call" satisfies keyof paths, source, type, {
        ...sending,
        ...(query && { params: { query } }),
      }),
  } as Client;
}

function addressOf(url: string): string {
  const address = URL.canParse(url) ? new URL(url) : null;
  // Not named in the message: an address may hold a password.
  if (!address || !/^https?:$/.test(address.protocol))
    throw new TypeError("url must be an http:// or https:// address");
  if (address.username || address.password) throw new TypeError("url must not hold a user name or password");
  return `${address.origin}${address.pathname.replace(/\/+$/, "")}`;
}

/** Checked here, because fetch would name the key in its own error. */
function validKey(key: string): string {
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new TypeError("key must be visible ASCII characters, without spaces or line breaks");
  return key;
}

/** 128 bits by chance. `crypto.randomUUID` is missing in pages served without HTTPS. */
const randomKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
