import { invalidRequest, NoFields, Problem } from "@ringfence/domain";
import express, { type Request, type RequestHandler } from "express";
import type { z } from "zod";

/** Largest ordinary JSON body, in bytes. */
const SMALL_BODY = 100_000;
/** Largest list of candidates as JSON, in bytes. */
export const CANDIDATES_BODY = 20_000_000;

/** Whether a request has a body at all. */
const hasBody = (headers: Record<string, unknown>): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** Parses a JSON body. None at all counts as `{}`; another media type is 415, one too large 413, one that does not parse 400. */
export function json(limit = SMALL_BODY): RequestHandler {
  const parse = express.json({ limit, inflate: true });
  return (req, res, next) => {
    if (hasBody(req.headers) && !req.is("application/json")) {
      throw new Problem("unsupported_media_type", "Send JSON with the header Content-Type: application/json");
    }
    parse(req, res, next);
  };
}

/** A body as it streams in, or a thrown `unsupported_media_type` if it is compressed or not UTF-8: nobody would decode it. */
export function plainBody(req: Request): Request {
  const [, charset = "utf-8"] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(req.get("content-type") ?? "") ?? [];
  const encoding = req.get("content-encoding") ?? "identity";
  if (!/^(utf-?8|us-ascii)$/i.test(charset) || encoding.toLowerCase() !== "identity") {
    throw new Problem("unsupported_media_type", "Send text/csv or application/x-ndjson as UTF-8, not compressed");
  }
  return req;
}

/** What is wrong with a body that streams in, and where. */
export const bodyFault = (path: string, message: string): Problem =>
  new Problem("invalid_request", `Correct and send again: ${path}`, [{ path, message }]);

/** What the end of a body that broke off throws, as a client may see it; anything else as it is. */
export function brokenOff(error: unknown): unknown {
  const { code } = error as { code?: string };
  return code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE" ? bodyFault("body", "Broke off") : error;
}

/** Refuses a query on whatever writes: a field there instead of in the body would be lost without a word. */
export const noQuery: RequestHandler = (req, _res, next) => {
  if (req.method !== "GET" && req.method !== "HEAD") parseAs(NoFields, req.query);
  next();
};

/** Fits a value into its schema, or throws `invalid_request` naming every field at fault. */
export function parseAs<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data;
}
