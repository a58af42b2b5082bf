import { chmod, mkdir, realpath } from "node:fs/promises";
import { dirname } from "node:path";

const OPEN = 0o755;

/** Makes a folder and those above it that are missing, all of them open to everyone, whatever the umask says. */
export async function makeOpenFolder(path: string): Promise<void> {
  const firstMade = await mkdir(path, { recursive: true });
  if (firstMade === undefined) return;
  const top = await realpath(firstMade);
  for (let folder = await realpath(path); ; folder = dirname(folder)) {
    await chmod(folder, OPEN);
    if (folder === top) return;
  }
}
