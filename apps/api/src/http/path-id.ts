import { notFound } from "@ringfence/domain";
import type { Request } from "express";
import { z } from "zod";

/** The `:id` of a path, as the database writes it: locks go by it. A malformed one is 404, like any other that does not exist. */
export function pathId(req: Request, what: Parameters<typeof notFound>[0]): string {
  const id = z.guid().safeParse(req.params.id);
  if (!id.success) throw notFound(what);
  return id.data.toLowerCase();
}
