import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** Why a webhook's address cannot be used, for whoever gives it or reads of a failed delivery. */
export class RefusedAddress extends Error {
  override readonly name = "RefusedAddress";
}

const PRIVATE = "its address is private; only public ones are allowed unless WEBHOOKS_ALLOW_PRIVATE is set";

/**
 * Whether an IP address can be reached from the whole internet. What is only a way to another address (mapped, NAT64, 6to4,
 * Teredo) is none, as are loopback, link-local (cloud metadata), private, multicast and reserved ranges.
 */
export const isPublic = (address: string): boolean => {
  const parsed = ipaddr.process(address);
  return parsed.range() === "unicast";
};

/** What speaks against sending to this URL, before its name is looked up; null: nothing. */
export function faultOf(url: string, allowPrivate: boolean): string | null {
  const { protocol, username, password, hash, hostname } = new URL(url);
  if (protocol !== "https:" && !(allowPrivate && protocol === "http:")) return "Must begin with https://";
  if (username !== "" || password !== "") return "Must hold no user name and no password";
  if (hash !== "") return "Must have no fragment";
  const address = hostname.replace(/^\[|\]$/g, "");
  if (!allowPrivate && isIP(address) !== 0 && !isPublic(address)) return `Cannot be used: ${PRIVATE}`;
  return null;
}

/**
 * Looks names up for connections, and refuses one that has any address that is not public. The connection is made to what
 * was looked at here, so a name that resolves differently a moment later gains nothing.
 */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...(options as LookupOptions), all: true }, (error, addresses: LookupAddress[]) => {
    const failure =
      error ??
      (addresses.length > 0 && addresses.every(({ address }) => isPublic(address))
        ? null
        : new RefusedAddress(PRIVATE));
    if (failure) return done(failure, "", 0);
    if ((options as LookupOptions).all)
      return (done as unknown as (error: null, all: LookupAddress[]) => void)(null, addresses);
    done(null, addresses[0]!.address, addresses[0]!.family);
  });
};
