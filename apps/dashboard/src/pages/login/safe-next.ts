/** The page to open after signing in: a path of this server, never another site, and never the sign-in itself. */
export function safeNext(next: string | null): string {
  if (!next || !/^\/(?![/\\])/.test(next) || /[\s\\]/.test(next) || next.startsWith("/login")) return "/campaigns";
  return next;
}
