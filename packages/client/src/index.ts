export type { ByteSource } from "./bytes.ts";
export { type Client, type ClientOptions, createClient } from "./create-client.ts";
export { type FieldFault, type Problem, type ProblemCode, RingfenceError, RingfenceUnreachable } from "./errors.ts";
export type {
  Answer,
  Importing,
  ImportingCandidates,
  ImportType,
  InitOf,
  ItemOf,
  ListPaths,
  PathsWith,
  Schemas,
  Sending,
  StreamPaths,
  StreamType,
} from "./operations.ts";
export { DEFAULT_RETRIES, type Retries } from "./retries.ts";
