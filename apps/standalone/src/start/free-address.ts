import { createServer } from "node:net";
import { StartError } from "@ringfence/runtime";

/** Checks, before anything is booted, whether the API can listen there; 0 = any port. Throws `StartError` naming HOST and PORT. */
export async function requireFreeAddress(host: string, port: number): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once("error", reject);
      probe.listen(port, host, resolve);
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(
      code === "EADDRINUSE"
        ? `Port ${port} of ${host} is taken: set PORT to a free one, as in PORT=${port === 65_535 ? 3000 : port + 1} npm start`
        : `Cannot listen on ${host}, port ${port} (${code}): set HOST and PORT to an address of this machine`,
    );
  }
  await new Promise((resolve) => probe.close(resolve));
}
