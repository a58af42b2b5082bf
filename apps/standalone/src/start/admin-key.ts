import { randomBytes } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { StartError } from "@ringfence/runtime";

const KEY_BYTES = 24;
/** Shortest key that the API accepts, in characters. */
const SHORTEST_KEY = 24;

/**
 * The admin key of this clone: the content of `file`, or a new key, stored there for the next start and unreadable to other users.
 * Throws `StartError` if the file cannot be read or created.
 */
export async function keepAdminKey(file: string): Promise<string> {
  try {
    await makeOnce(file, `${randomBytes(KEY_BYTES).toString("base64url")}\n`);
    const key = (await readFile(file, "utf8")).trim();
    if (key.length < SHORTEST_KEY) throw new Error("it holds no whole key; remove it");
    return key;
  } catch (error) {
    throw new StartError(
      `Cannot keep an admin key in ${file} (${(error as Error).message}), or else set ADMIN_API_KEY`,
    );
  }
}

/** Linked into place whole, so that a parallel start never reads half a key. */
async function makeOnce(file: string, content: string): Promise<void> {
  const draft = `${file}-${process.pid}-${randomBytes(4).toString("hex")}`;
  await writeFile(draft, content, { flag: "wx", mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft);
  }
}
