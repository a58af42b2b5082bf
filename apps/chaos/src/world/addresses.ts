/** Host and port of a service's address. */
export const addressOf = (url: string): { host: string; port: number } => {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
};

/** The same service, reached through a wire that listens on this port of this machine. */
export const via = (url: string, port: number): string => {
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String(port);
  return through.href;
};
