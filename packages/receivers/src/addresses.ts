import type { LookupAddress, LookupOptions } from "node:dns";
import { lookup, Resolver } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** Why a webhook's address cannot be used; clients see the message when they create a webhook or read a failed delivery. */
export class RefusedAddress extends Error {
  override readonly name = "RefusedAddress";
}

const PRIVATE = "its address is private; only public ones are allowed unless WEBHOOKS_ALLOW_PRIVATE is set";

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an IP address can be reached from the whole internet. Addresses that only lead to another address (mapped,
 * NAT64, 6to4, Teredo) do not count, nor do loopback, link-local (cloud metadata), private, multicast and reserved ranges.
 */
export const isPublic = (address: string): boolean => {
  const parsed = ipaddr.process(address);
  // Only 2000::/3 of IPv6 is allocated (iana.org, "IPv6 Global Unicast Address Assignments").
  const givenOut = parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST);
  return givenOut && parsed.range() === "unicast";
};

/** Why nothing may be sent to this URL, judged before its name is resolved; null if sending is allowed. */
export function faultOf(url: string, allowPrivate: boolean): string | null {
  const { protocol, username, password, hash, hostname } = new URL(url);
  if (protocol !== "https:" && !(allowPrivate && protocol === "http:")) return "Must begin with https://";
  if (username !== "" || password !== "") return "Must hold no user name and no password";
  if (hash !== "") return "Must have no fragment";
  const address = hostname.replace(/^\[|\]$/g, "");
  if (!allowPrivate && isIP(address) !== 0 && !isPublic(address)) return `Cannot be used: ${PRIVATE}`;
  return null;
}

/** Time-out of one query to a name server, in ms, and the number of tries. */
const ASK = { timeout: 2_500, tries: 2 };
/** A name without dots, which only this machine or network knows. */
const SINGLE_LABEL = /^[^.]+$/;
/** What name servers answer for an unknown name. */
const NOT_THERE = new Set(["ENOTFOUND", "ENODATA"]);

/**
 * Resolves names for connections. Without `allowPrivate` it refuses a name with any address that is not public. The
 * connection goes to the very addresses checked here, so a name that resolves differently a moment later gains nothing.
 * It queries the name servers directly: the system's resolver occupies one of few threads while a server is silent, and
 * dials need those threads too.
 */
export const createLookup =
  (allowPrivate: boolean): LookupFunction =>
  (hostname, options, done) => {
    addressesOf(hostname, allowPrivate).then(
      (found) => {
        if (!allowPrivate && !found.every(({ address }) => isPublic(address))) {
          return done(new RefusedAddress(PRIVATE), "", 0);
        }
        if ((options as LookupOptions).all)
          return (done as unknown as (error: null, all: LookupAddress[]) => void)(null, found);
        done(null, found[0]!.address, found[0]!.family);
      },
      (error: NodeJS.ErrnoException) => done(error, "", 0),
    );
  };

async function addressesOf(hostname: string, allowPrivate: boolean): Promise<LookupAddress[]> {
  if (!allowPrivate && SINGLE_LABEL.test(hostname)) throw new RefusedAddress(PRIVATE);
  const resolver = new Resolver(ASK);
  const asked = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const found = asked.flatMap((answer, n) =>
    answer.status === "fulfilled" ? answer.value.map((address) => ({ address, family: n === 0 ? 4 : 6 })) : [],
  );
  if (found.length > 0) return found;
  const [{ reason }] = asked as [PromiseRejectedResult, PromiseRejectedResult];
  // The name may be this machine's own, as in its hosts file. Skipped when name servers are silent: this would wait too.
  if (allowPrivate && NOT_THERE.has(reason.code)) return await lookup(hostname, { all: true });
  throw reason;
}
