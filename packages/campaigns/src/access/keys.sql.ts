import type { KeyView, Role } from "@ringfence/domain";
import { noting } from "../database/audit.ts";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import type { After, NewestFirst } from "../database/paging.ts";

/** A new key. Of the key itself only `prefix` and `digest`, its SHA-256, are stored. */
export interface NewKey {
  name: string;
  role: Role;
  prefix: string;
  digest: Uint8Array<ArrayBuffer>;
  expiresAt: Date | null;
}

/** The holder of a key. */
export interface Holder {
  keyId: string;
  name: string;
  role: Role;
  expiresAt: Date | null;
  /** Whether the key's use was recorded within the last minute. */
  noted: boolean;
}

/** Whether a key's use was recorded within the last minute. */
const NOTED = Prisma.sql`coalesce(last_used_at > clock_timestamp() - interval '1 minute', false)`;

/** A valid session; without a key if the environment's admin key opened it. */
export interface OpenSession {
  holder: Omit<Holder, "expiresAt"> | null;
  expiresAt: Date;
}

/** Columns of `KeyView`. */
const COLUMNS = Prisma.sql`id, name, role, prefix, created_at, created_by, expires_at, last_used_at`;

/**
 * API keys, the sessions that they opened, and sign-in links. They have a pool of their own, so that the sender of a stop
 * is identified however busy the other pools are.
 */
export const keyQueries = (db: PrismaClient) => ({
  /** Stores a key and records its creator in the audit. */
  create: async (key: NewKey, by: string): Promise<KeyView> => {
    const { name, role, prefix, digest, expiresAt } = key;
    const [view] = await db.$queryRaw<KeyView[]>`
      WITH made AS (
        INSERT INTO api_keys (name, role, prefix, digest, created_by, expires_at)
        VALUES (${name}, ${role}::key_role, ${prefix}, ${digest}, ${by}, ${expiresAt}) RETURNING ${COLUMNS}
      ), noted AS (
        ${noting({ actor: by, action: "key.create", detail: { name, role, prefix, expires_at: expiresAt } }, Prisma.sql`made`)}
      )
      SELECT ${COLUMNS} FROM made`;
    return view!;
  },

  list: (after: After<NewestFirst>, limit: number): Promise<KeyView[]> => db.$queryRaw`
    SELECT ${COLUMNS} FROM api_keys
    WHERE ${after ? Prisma.sql`(created_at, id) < (${after.createdAt}, ${after.id}::uuid)` : Prisma.sql`true`}
    ORDER BY created_at DESC, id DESC LIMIT ${limit}`,

  /** Deletes a key and every session that it opened. False if there is no such key. */
  remove: async (id: string, by: string): Promise<boolean> => {
    const rows = await db.$queryRaw<{ id: string }[]>`
      WITH gone AS (
        DELETE FROM api_keys WHERE id = ${id}::uuid RETURNING id, name, prefix
      ), noted AS (
        INSERT INTO audit (actor, action, detail)
        SELECT ${by}, 'key.delete', jsonb_build_object('name', name, 'prefix', prefix) FROM gone
      )
      SELECT id FROM gone`;
    return rows.length > 0;
  },

  /** The holder of the key with this digest, null if there is none or it has expired. */
  holder: async (digest: Uint8Array<ArrayBuffer>): Promise<Holder | null> => {
    const [row] = await db.$queryRaw<Holder[]>`
      SELECT id AS "keyId", name, role, expires_at AS "expiresAt", ${NOTED} AS noted FROM api_keys
      WHERE digest = ${digest} AND (expires_at IS NULL OR expires_at > clock_timestamp())`;
    return row ?? null;
  },

  /** Records the use of a key, to the minute. */
  noteUse: async (id: string): Promise<void> => {
    await db.$executeRaw`
      UPDATE api_keys SET last_used_at = clock_timestamp()
      WHERE id = ${id}::uuid AND NOT ${NOTED}`;
  },

  /** Opens a session and deletes expired sessions. Returns its id. */
  openSession: async (keyId: string | null, expiresAt: Date): Promise<string> => {
    await db.$executeRaw`DELETE FROM sessions WHERE expires_at <= now()`;
    const { id } = await db.session.create({ data: { keyId, expiresAt }, select: { id: true } });
    return id;
  },

  /** A session by its id, null if it was closed, or if it or its key has expired. */
  session: async (id: string): Promise<OpenSession | null> => {
    const [row] = await db.$queryRaw<
      { keyId: string | null; name: string; role: Role; expiresAt: Date; noted: boolean }[]
    >`
      SELECT s.key_id AS "keyId", k.name, k.role, s.expires_at AS "expiresAt", ${NOTED} AS noted
      FROM sessions s LEFT JOIN api_keys k ON k.id = s.key_id
      WHERE s.id = ${id}::uuid AND s.expires_at > clock_timestamp()
        AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())`;
    if (!row) return null;
    const { keyId, name, role, expiresAt, noted } = row;
    return { holder: keyId === null ? null : { keyId, name, role, noted }, expiresAt };
  },

  closeSession: async (id: string): Promise<void> => {
    await db.session.deleteMany({ where: { id } });
  },

  /** Stores the digest of a link's token and deletes expired links. */
  addLink: async (digest: Uint8Array<ArrayBuffer>, expiresAt: Date): Promise<void> => {
    await db.$executeRaw`DELETE FROM sign_in_links WHERE expires_at <= now()`;
    await db.signInLink.create({ data: { digest, expiresAt } });
  },

  /** Redeems a link: true for the first caller while the link is valid, false for all others. */
  takeLink: async (digest: Uint8Array<ArrayBuffer>): Promise<boolean> =>
    (await db.$executeRaw`DELETE FROM sign_in_links WHERE digest = ${digest} AND expires_at > clock_timestamp()`) > 0,
});

export type KeyQueries = ReturnType<typeof keyQueries>;
