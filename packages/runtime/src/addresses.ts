/** What is wrong with an address, for a message that must not repeat any of it: null if nothing is. */
export function addressFault(value: string, what: string, protocols: readonly string[]): string | null {
  const begins = `must be ${what}, beginning with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`;
  // A # begins a fragment: what stands behind it, most of a password, would be taken for something else.
  if (value.includes("#")) return "holds a #; write it as %23 where it belongs to a password";
  if (!URL.canParse(value)) return begins;
  const url = new URL(value);
  if (!protocols.includes(url.protocol)) return begins;
  try {
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
  } catch {
    return "holds a % that begins no escape; write it as %25";
  }
  return null;
}

/** Parameters of Prisma's own engines that this driver does not know: without a word they would do nothing. */
const PRISMAS = [
  "connection_limit",
  "pool_timeout",
  "socket_timeout",
  "pgbouncer",
  "statement_cache_size",
  "sslaccept",
  "sslidentity",
  "sslpassword",
];

/** What `sslmode` may be. `prefer` and `allow` would go on without encryption, which this driver cannot. */
const SSL_MODES = ["disable", "require", "verify-ca", "verify-full", "no-verify"];

/** What an address of PostgreSQL asks for and would not get, null if all of it is heeded. */
export function databaseUrlFault(value: string): string | null {
  const { searchParams } = new URL(value);
  const schema = searchParams.get("schema");
  if (schema !== null && schema !== "public")
    return `asks for the schema ${schema.slice(0, 63)}; the tables are in public: use a database of their own and leave schema out`;
  const sslmode = searchParams.get("sslmode");
  if (sslmode !== null && !SSL_MODES.includes(sslmode)) return `has an sslmode that is none of ${SSL_MODES.join(", ")}`;
  if (sslmode === "verify-ca" && !searchParams.has("sslrootcert"))
    return "has sslmode=verify-ca without sslrootcert; name the certificate, or use verify-full";
  const foreign = PRISMAS.filter((name) => searchParams.has(name));
  return foreign.length > 0 ? `holds ${foreign.join(", ")}, which only Prisma's own engine knows; leave it out` : null;
}

/**
 * The address as the driver has to be told it: `sslmode` means what it means to psql (`require` encrypts and checks no
 * certificate, `verify-full` does), where the driver by itself would take it otherwise (node-postgres.com/features/ssl);
 * `no-verify` is the driver's own.
 */
export function databaseUrl(value: string): string {
  const url = new URL(value);
  url.searchParams.delete("schema");
  const sslmode = url.searchParams.get("sslmode");
  if (sslmode !== null && sslmode !== "no-verify") url.searchParams.set("uselibpqcompat", "true");
  return url.href;
}
