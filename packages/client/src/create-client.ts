import { type ByteSource, bodyOf } from "./bytes.ts";
import { COMES_IN_PAGES, STOPS, TAKES_IDEMPOTENCY_KEY } from "./generated/operations.ts";
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
import { addressAt, headersWith, type Params } from "./request.ts";
import { DEFAULT_RETRIES, type Retries } from "./retries.ts";
import { jsonOf, send, streamOf } from "./send.ts";

// PATCH /v1/campaigns/{id} is not repeated: `status: "active"`, sent again, could undo a stop that happened in between.
const REPEATABLE = new Set(["GET", "PUT", "DELETE"]);
const READ_TIMEOUT_MS = 30_000;
/** Items per page unless the caller says otherwise; the API's own default is made for screens. */
const PAGE_SIZE = 200;

/** Where the API is, how the client signs in, and how long it waits and retries. */
export interface ClientOptions {
  /** Such as `https://calls.example.com`, with a path if the API is below one. */
  url: string;
  /** An API key. It is sent only in the header `Authorization`. Without one a page of the API's own origin sends its session cookie. */
  key?: string;
  /** Replaces the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** How often and when requests are retried; omitted fields are those of `DEFAULT_RETRIES`. */
  retries?: Partial<Retries>;
  /** Time-out of one attempt of a GET, in ms; 30,000 unless given. */
  readTimeoutMs?: number;
  /** Time-out of one attempt of any other request, in ms; none unless given. */
  writeTimeoutMs?: number;
}

type Call<M extends Method> = <Path extends PathsWith<M>>(
  path: Path,
  ...init: InitOf<Path, M>
) => Promise<Answer<Path, M>>;

/**
 * The API, typed by its OpenAPI document. Everything here throws `RingfenceError` if the API refuses,
 * `RingfenceUnreachable` if no answer arrives, and the reason of an aborted signal.
 */
export interface Client {
  GET: Call<"get">;
  PUT: Call<"put">;
  POST: Call<"post">;
  PATCH: Call<"patch">;
  DELETE: Call<"delete">;

  /** Every item of a list. The next page is requested when the previous page is used up; `limit` is the size of a page. */
  pages<Path extends ListPaths>(
    path: Path,
    ...init: InitOf<Path, "get">
  ): AsyncGenerator<ItemOf<Path>, void, undefined>;

  /** The bytes of an export or of the events, as they arrive. */
  stream<Type extends StreamType, Path extends StreamPaths<Type>>(
    type: Type,
    path: Path,
    ...init: InitOf<Path, "get">
  ): Promise<ReadableStream<Uint8Array>>;

  /** Imports any number of candidates while they are read, in little memory. The request is sent once; after a failure import the whole again, duplicates are skipped. */
  importCandidates(
    campaignId: string,
    source: ByteSource,
    type: ImportType,
    importing?: ImportingCandidates,
  ): Promise<Answer<"/v1/campaigns/{id}/candidates", "post">>;

  /** Puts numbers on the do-not-call list in the same way. */
  importDoNotCall(
    source: ByteSource,
    type: ImportType,
    importing?: Importing,
  ): Promise<Answer<"/v1/do-not-call", "post">>;
}

/** A request of any operation; the types of `Client` ensure that its parts fit each other. */
interface Loose extends Sending {
  params?: Params;
  body?: unknown;
}

/** A client of the API. Throws TypeError if address or key are malformed. */
export function createClient(options: ClientOptions): Client {
  const { key, fetch, readTimeoutMs = READ_TIMEOUT_MS, writeTimeoutMs = null } = options;
  const baseUrl = addressOf(options.url);
  const authorization = key === undefined ? null : `Bearer ${validKey(key)}`;
  const retries = { ...DEFAULT_RETRIES, ...options.retries };
  // The global `fetch` must be called without `this`, and may be replaced later.
  const call: typeof globalThis.fetch = fetch ?? ((input, init) => globalThis.fetch(input, init));

  /** How an operation is sent. `body` is sent unchanged; `isRaw` means that its source can be read only once. */
  function prepared(method: string, path: string, init: Loose, body: BodyInit | null, isRaw = false) {
    const { params = {}, signal, timeoutMs = method === "GET" ? readTimeoutMs : writeTimeoutMs } = init;
    const headers = headersWith(params, init.headers);
    if (authorization) headers.set("Authorization", authorization);
    if (body !== null && !headers.has("Content-Type")) headers.set("Content-Type", "application/json");
    const takesKey = !isRaw && TAKES_IDEMPOTENCY_KEY.has(`${method} ${path}`);
    // A request that is sent once needs no key.
    if (takesKey && retries.attempts > 1 && !headers.has("Idempotency-Key"))
      headers.set("Idempotency-Key", randomKey());
    const repeatable = !isRaw && (REPEATABLE.has(method) || takesKey || STOPS.has(`${method} ${path}`));
    const url = addressAt(baseUrl, path, params);
    return { method, url, headers, body, fetch: call, retries, repeatable, timeoutMs, signal };
  }

  const json =
    (method: Uppercase<Method>) =>
    async (path: string, init: Loose = {}): Promise<unknown> => {
      const body = init.body === undefined ? null : JSON.stringify(init.body);
      return send(prepared(method, path, init, body), jsonOf);
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
    return send(prepared("GET", path, { ...init, headers: { ...init.headers, Accept: type } }, null), streamOf);
  }

  async function upload(path: string, source: ByteSource, type: ImportType, init: Loose = {}) {
    const { body, failure } = bodyOf(source);
    const headers = { ...init.headers, "Content-Type": type };
    try {
      return await send(prepared("POST", path, { ...init, headers }, body, true), jsonOf);
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

/** 128 random bits. `crypto.randomUUID` is missing in pages served without HTTPS. */
const randomKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
