import type { components, paths } from "./generated/schema.ts";

/** The API's objects by name, such as `Schemas["Batch"]`. */
export type Schemas = components["schemas"];

/** The methods of the API. */
export type Method = "get" | "put" | "post" | "patch" | "delete";

type Op<Path extends keyof paths, M extends Method> = NonNullable<paths[Path][M]>;

type ContentOf<Answers> = Answers extends { content: infer Content } ? Content : Record<never, never>;
/** The content of a success, by media type. */
type Success<O> = O extends { responses: infer Answers }
  ? ContentOf<Answers[keyof Answers & (200 | 201 | 204)]>
  : never;

/** The answer of an operation: its JSON, or nothing. */
export type Answer<Path extends keyof paths, M extends Method> =
  Success<Op<Path, M>> extends { "application/json": infer Body } ? Body : undefined;

type Known<Path extends keyof paths, M extends Method> = paths[Path] extends Record<M, object> ? Path : never;
/** The paths that have a method; for GET only those that answer JSON. */
export type PathsWith<M extends Method> = {
  [Path in keyof paths]: M extends "get"
    ? Answer<Path, "get"> extends undefined
      ? never
      : Known<Path, "get">
    : Known<Path, M>;
}[keyof paths];

/** Options of any request. */
export interface Sending {
  /** Ends the request, and the waits between its attempts; its reason is thrown. */
  signal?: AbortSignal;
  /** Further headers. */
  headers?: Record<string, string>;
  /** Time-out of one attempt, in ms, in place of the client's own. */
  timeoutMs?: number;
}

type Parameters<O> = O extends { parameters: infer Given } ? Given : never;
type Required<P> = { [Place in keyof P]-?: Record<never, never> extends Pick<P, Place> ? never : Place }[keyof P];
type ParamsOption<O> = Required<Parameters<O>> extends never ? { params?: Parameters<O> } : { params: Parameters<O> };

type BodyOption<O> = O extends { requestBody: { content: { "application/json": infer Body } } }
  ? { body: Body }
  : O extends { requestBody?: { content: { "application/json": infer Body } } }
    ? { body?: Body }
    : { body?: never };

type Init<Path extends keyof paths, M extends Method> = ParamsOption<Op<Path, M>> & BodyOption<Op<Path, M>> & Sending;
type MaybeLeftOut<I> = Record<never, never> extends I ? [init?: I] : [init: I];

/** The second argument of a request; it may be omitted if nothing in it is required. */
export type InitOf<Path extends keyof paths, M extends Method> = MaybeLeftOut<Init<Path, M>>;

/** The lists, and the type of their items. */
export type ListPaths = {
  [Path in PathsWith<"get">]: Answer<Path, "get"> extends { items: unknown[]; next_cursor: string | null }
    ? Path
    : never;
}[PathsWith<"get">];
export type ItemOf<Path extends ListPaths> = Answer<Path, "get"> extends { items: (infer Item)[] } ? Item : never;

/** What the API streams, apart from JSON. */
export type StreamType = "text/csv" | "text/event-stream";
/** The paths that stream a media type. */
export type StreamPaths<Type extends StreamType> = {
  [Path in keyof paths]: Success<Op<Path, "get">> extends Record<Type, unknown> ? Path : never;
}[keyof paths];

/** Imports that are streamed. */
export type ImportType = "text/csv" | "application/x-ndjson";

/** Options of an import; omitted options have the API's defaults. */
export interface Importing extends Sending {
  query?: {
    /** The country (ISO 3166-1 alpha-2) of numbers without `+`. */
    default_country?: string;
    /** Most rejected rows that the answer names. */
    rejected_limit?: number;
  };
}
/** Options of an import of candidates. */
export interface ImportingCandidates extends Sending {
  query?: Importing["query"] & {
    /** What happens to a number that the campaign already has. */
    on_duplicate?: "skip" | "update";
  };
}
