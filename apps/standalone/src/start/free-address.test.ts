import { createServer } from "node:net";
import { requireFreeAddress } from "./free-address.ts";

test("a taken port is named, with another port to try", async () => {
  const other = createServer();
  await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
  const { port } = other.address() as { port: number };
  await expect(requireFreeAddress("127.0.0.1", port)).rejects.toThrow(
    new RegExp(`Port ${port} of 127.0.0.1 is taken: set PORT .* PORT=\\d+ npm start`),
  );
  await new Promise((closed) => other.close(closed));
  await requireFreeAddress("127.0.0.1", port);
  await requireFreeAddress("127.0.0.1", port); // the check left it free
});

test("any port is always free", () => requireFreeAddress("127.0.0.1", 0));

test("an address of another machine is refused", async () => {
  await expect(requireFreeAddress("192.0.2.1", 0)).rejects.toThrow(/192\.0\.2\.1.*HOST/);
});
