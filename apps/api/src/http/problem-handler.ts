import { isUnavailable, type Log } from "@ringfence/campaigns";
import { Problem } from "@ringfence/domain";
import type { ErrorRequestHandler } from "express";

/** The one place where errors become HTTP answers. Each server error is logged once; a 5xx shows no internals. */
export const problemHandler =
  (log: Log): ErrorRequestHandler =>
  (error, _req, res, _next) => {
    const problem = toProblem(error);
    if (problem.status >= 500)
      log.error({ err: error }, problem.code === "unavailable" ? "a service is away" : "a request failed");
    // Half of the answer was sent: cutting it off shows the client that it is incomplete.
    if (res.headersSent) return void res.destroy();
    if (problem.code === "unavailable") res.set("Retry-After", "1");
    res.status(problem.status).type("application/problem+json").send(JSON.stringify(problem.body));
  };

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // Errors that Express's own parsers throw (github.com/expressjs/body-parser#errors).
  switch ((error as { type?: string }).type) {
    case "entity.parse.failed":
      return new Problem("invalid_request", "The body is not valid JSON", [
        { path: "body", message: "Is not valid JSON" },
      ]);
    case "entity.too.large":
      return new Problem("too_large", "The body is too large; send candidates in parts, or as text/csv");
    case "encoding.unsupported":
    case "charset.unsupported":
      return new Problem("unsupported_media_type", "Send the body as UTF-8, plain, gzip or deflate");
    case "request.aborted":
    case "request.size.invalid":
      return new Problem("invalid_request", "The body broke off", [{ path: "body", message: "Broke off" }]);
  }
  // Errors of the decompressor arrive without a type, as http-errors' 400.
  const { expose, status } = error as { expose?: boolean; status?: number };
  if (expose && status === 400 && !(error instanceof URIError)) {
    return new Problem("invalid_request", "The body cannot be read", [{ path: "body", message: "Cannot be read" }]);
  }
  if (error instanceof URIError) return new Problem("not_found", "There is no such path");
  if (isUnavailable(error))
    return new Problem("unavailable", "PostgreSQL is away or too busy; nothing was done, try again");
  return new Problem("internal", "The error is in the log");
}
