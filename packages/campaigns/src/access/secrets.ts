import { createHash, randomBytes } from "node:crypto";

/** How many random bytes a key or a link's token has. Nobody can guess them, so a plain digest is safe to store. */
const SECRET_BYTES = 32;

/** A new secret, in base64url. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString("base64url");

/** The digest of a secret, the form in which it is stored. */
export const digestOf = (secret: string) => new Uint8Array(createHash("sha256").update(secret).digest());
