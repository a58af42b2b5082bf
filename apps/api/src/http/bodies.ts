import { invalidRequest, Problem } from "@ringfence/domain";
import { type Charset, firstLineNotUtf8, IntakeFault, isCharset, NOT_UTF8 } from "@ringfence/intake";
import express, { type Request, type Response } from "express";
import type { z } from "zod";

/** Largest ordinary JSON body, in bytes. */
const SMALL_BODY = 100_000;
/** Largest list of candidates or numbers as JSON, in bytes. */
export const LARGEST_LIST = 20_000_000;

/** Whether a request has a body at all. */
const hasBody = (headers: Record<string, unknown>): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** Reads the JSON body of a request into `req.body`. No body counts as `{}`; another media type is 415, a body that is too large 413, a body that does not parse or is not UTF-8 400. */
export function jsonReader(limit = SMALL_BODY): (req: Request, res: Response) => Promise<void> {
  const notUtf8 = new WeakMap<object, number>();
  const parse = express.json({
    limit,
    inflate: true,
    // The parser would replace invalid UTF-8 with U+FFFD, and an agent would read it out.
    verify: (req, _res, bytes, charset) => {
      const line = charset === "utf-8" ? firstLineNotUtf8(bytes) : null;
      if (line !== null) notUtf8.set(req, line);
    },
  });
  return (req, res) => {
    if (hasBody(req.headers) && !req.is("application/json")) {
      throw new Problem("unsupported_media_type", "Send JSON with the header Content-Type: application/json");
    }
    return new Promise((resolve, reject) => {
      parse(req, res, (error) => {
        const line = notUtf8.get(req);
        if (line !== undefined) reject(bodyFault("body", `Line ${line}: ${NOT_UTF8}`));
        else if (error) reject(error);
        else resolve();
      });
    });
  };
}

/** A body as it streams in, and its charset. Throws `unsupported_media_type` if it is compressed or its charset unknown, because nothing here could decode it. */
export function plainBody(req: Request): { body: Request; charset: Charset } {
  const [, charset = "utf-8"] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(req.get("content-type") ?? "") ?? [];
  if ((req.get("content-encoding") ?? "identity").toLowerCase() !== "identity")
    throw new Problem("unsupported_media_type", "Send text/csv or application/x-ndjson not compressed");
  if (!isCharset(charset))
    throw new Problem("unsupported_media_type", "This charset is not known; name another, or send UTF-8");
  return { body: req, charset };
}

/** The problem for a body that streams in: what is wrong, and where. */
export const bodyFault = (path: string, message: string): Problem =>
  new Problem("invalid_request", `Correct and send again: ${path}`, [{ path, message }]);

/** Turns an error of reading a body into what a client may see: a fault in the body, or its breaking off; any other error is returned as it is. */
export function readingFault(error: unknown): unknown {
  if (error instanceof IntakeFault) return bodyFault(error.path, error.message);
  const { code } = error as { code?: string };
  return code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE" ? bodyFault("body", "Broke off") : error;
}

/** Fits a value into its schema, or throws `invalid_request` naming every field at fault. */
export function parseAs<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data;
}
