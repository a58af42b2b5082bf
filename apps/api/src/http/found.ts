import { notFound } from "@ringfence/domain";
import type { Request } from "express";
import { z } from "zod";

/** The resources that the API may fail to find, as its messages name them. */
export type Thing = Parameters<typeof notFound>[0];

/** What the `{id}` of a path names, by the collection that the path begins with. */
const THINGS: Record<string, Thing> = {
  campaigns: "campaign",
  candidates: "candidate",
  batches: "batch",
  calls: "call",
  keys: "key",
  "do-not-call": "number",
  webhooks: "webhook",
  deliveries: "delivery",
};

/** What the `:id` of a path names; null for a path without one. Throws for a collection that is not known. */
export function thingOf(path: string): Thing | null {
  const [, collection = "", id] = path.split("/");
  if (id !== ":id") return null;
  const thing = THINGS[collection];
  if (!thing) throw new Error(`What does ${path} name?`);
  return thing;
}

/** An id as the database writes it, because lock names use that form. Throws `not_found` for a malformed id, as for any id that does not exist. */
export function idOf(value: unknown, thing: Thing): string {
  const id = z.guid().safeParse(value);
  if (!id.success) throw notFound(thing);
  return id.data.toLowerCase();
}

/** Throws `not_found` if one of these query fields is present and not an id. */
export function checkIds(query: Request["query"], things: Readonly<Record<string, Thing>>): void {
  for (const [field, thing] of Object.entries(things)) {
    if (query[field] !== undefined) idOf(query[field], thing);
  }
}

/** Returns what was looked up. Throws `not_found` if it does not exist. */
export function found<Value>(value: Value | null, thing: Thing): Value {
  if (value === null) throw notFound(thing);
  return value;
}
