import { createHash, randomBytes } from "node:crypto";

/** Random bytes of a key or of a link's token: nobody can guess them, so a plain digest is enough to store. */
const SECRET_BYTES = 32;

/** A new secret, in base64url. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString("base64url");

/** What is stored of a secret. */
export const digestOf = (secret: string) => new Uint8Array(createHash("sha256").update(secret).digest());
