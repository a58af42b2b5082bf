/** The parameters of one request, by place. */
export interface Params {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  header?: Record<string, unknown>;
}

/** The address of an operation: its path with the values filled in, and its query without undefined or null values. */
export function addressAt(baseUrl: string, path: string, { path: values = {}, query = {} }: Params): string {
  const filled = path.replace(/\{([^{}]+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
  const search = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return baseUrl + filled + (search.length > 0 ? `?${search.join("&")}` : "");
}

/** The headers of a request: first those of its parameters, then the further headers. */
export function headersWith(params: Params, given: Record<string, string> = {}): Headers {
  const headers = new Headers(given);
  for (const [name, value] of Object.entries(params.header ?? {})) {
    if (value !== undefined && value !== null) headers.set(name, String(value));
  }
  return headers;
}
