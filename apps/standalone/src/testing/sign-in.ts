/** Signs in as the link's page does; returns the API's status. */
export async function signIn(link: string): Promise<number> {
  const token = new URLSearchParams(new URL(link).hash.slice(1)).get("token");
  const response = await fetch(new URL("/v1/session", link), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  return response.status;
}
