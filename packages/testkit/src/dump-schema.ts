import pg from "pg";

/** The embedded PostgreSQL has no pg_dump, and pg_dump's own output changes with its version. */
const HEAD = `-- What the migrations make, to be read: types, tables with their constraints, indexes and triggers, views, functions.
-- \`npm run schema\` writes this file, and a test compares it with the migrations. A change is a new migration.
`;

/** Relations \`r\` of ours. */
const RELATIONS = "pg_class r WHERE r.relnamespace = 'public'::regnamespace AND r.relname NOT LIKE '\\_prisma%'";

/** Of each kind a query for rows of one column \`text\`, in an order that no server changes. */
const QUERIES = {
  types: `
    SELECT format('CREATE TYPE %I AS ENUM (%s);', t.typname,
      (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)) AS text
    FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace AND t.typtype = 'e' ORDER BY t.typname`,

  // PostgreSQL 18 keeps NOT NULL as constraints too (contype n).
  tables: `
    SELECT format(E'CREATE TABLE %I (\\n%s\\n)%s;', r.relname, (
        SELECT string_agg('  ' || line, E',\\n' ORDER BY part, place, name) FROM (
          SELECT 1 AS part, a.attnum::int AS place, a.attname AS name, concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid, true)) AS line
          FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
          UNION ALL
          SELECT 2, position(c.contype IN 'pufcx'), c.conname, format('CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid, true))
          FROM pg_constraint c WHERE c.conrelid = r.oid AND c.contype IN ('p', 'u', 'f', 'c', 'x')
        ) lines
      ), ' WITH (' || array_to_string(r.reloptions, ', ') || ')')
      || coalesce((
        SELECT string_agg(E'\\n' || replace(pg_get_indexdef(i.indexrelid, 0, true), ' USING btree ', ' ') || ';', '' ORDER BY n.relname)
        FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid
        WHERE i.indrelid = r.oid AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = n.oid AND c.contype IN ('p', 'u', 'x'))), '')
      || coalesce((
        SELECT string_agg(E'\\n' || pg_get_triggerdef(t.oid, true) || ';', '' ORDER BY t.tgname)
        FROM pg_trigger t WHERE t.tgrelid = r.oid AND NOT t.tgisinternal), '') AS text
    FROM ${RELATIONS} AND r.relkind = 'r' ORDER BY r.relname`,

  views: `
    SELECT format(E'CREATE VIEW %I AS\\n%s', r.relname, pg_get_viewdef(r.oid, 120)) AS text
    FROM ${RELATIONS} AND r.relkind = 'v' ORDER BY r.relname`,

  functions: `
    SELECT replace(trim(E'\\n' FROM pg_get_functiondef(p.oid)), 'CREATE OR REPLACE FUNCTION public.', 'CREATE FUNCTION ') || ';' AS text
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f' ORDER BY p.proname, pg_get_function_identity_arguments(p.oid)`,
};

/** What the queries above would leave out or show as something else. */
const UNKNOWN = `
  SELECT 'relation ' || r.relname AS what FROM ${RELATIONS} AND r.relkind NOT IN ('r', 'v', 'i', 'S')
  UNION ALL SELECT 'rule ' || u.rulename FROM pg_rewrite u JOIN pg_class r ON r.oid = u.ev_class
    WHERE r.relnamespace = 'public'::regnamespace AND u.rulename <> '_RETURN'
  UNION ALL SELECT 'column ' || a.attname FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid
    WHERE r.relnamespace = 'public'::regnamespace AND (a.attidentity <> '' OR a.attgenerated <> '')
  UNION ALL SELECT 'trigger ' || t.tgname FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgenabled <> 'O'
  UNION ALL SELECT 'policy ' || polname FROM pg_policy
  UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('d', 'r')
  UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind <> 'f'
  UNION ALL SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'`;

/**
 * The schema of a migrated database as readable SQL, the same on PostgreSQL 15 to 18. Throws if the database has an
 * object of a kind that this does not show, such as a domain or a rule.
 */
export async function dumpSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, options: "-c search_path=public" });
  await client.connect();
  try {
    const unknown = await client.query<{ what: string }>(UNKNOWN);
    if (unknown.rows.length > 0)
      throw new Error(`The dump of the schema cannot show: ${unknown.rows.map(({ what }) => what).join(", ")}`);
    const parts = [HEAD];
    for (const [kind, query] of Object.entries(QUERIES)) {
      const { rows } = await client.query<{ text: string }>(query);
      const texts = rows.map(({ text }) => text);
      parts.push(kind === "types" ? `${texts.join("\n")}\n` : texts.map((text) => `${text}\n`).join("\n"));
    }
    return parts.join("\n");
  } finally {
    await client.end();
  }
}
