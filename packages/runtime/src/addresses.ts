/** What is wrong with an address, null if it is valid. The message repeats no part of the address, which may hold a password. */
export function addressFault(value: string, what: string, protocols: readonly string[]): string | null {
  const begins = `must be ${what}, beginning with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`;
  // A # begins a fragment, so the rest, usually of a password, would be misread.
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

/** Parameters of Prisma's own engines that this driver does not know; it would silently ignore them. */
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

/** Allowed values of `sslmode`. `prefer` and `allow` may continue without encryption, which this driver cannot. */
const SSL_MODES = ["disable", "require", "verify-ca", "verify-full", "no-verify"];

/** What a PostgreSQL address asks for and would not get, null if every part takes effect. */
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
 * The address in the form that the driver needs. `sslmode` then means what it means to psql (`require` encrypts and checks
 * no certificate, `verify-full` checks it); by itself the driver would interpret it differently
 * (node-postgres.com/features/ssl). `no-verify` is an addition of the driver.
 */
export function databaseUrl(value: string): string {
  const url = new URL(value);
  url.searchParams.delete("schema");
  const sslmode = url.searchParams.get("sslmode");
  if (sslmode !== null && sslmode !== "no-verify") url.searchParams.set("uselibpqcompat", "true");
  return url.href;
}
