import { mayActAs, type Role } from "@ringfence/domain";
import { useQuery } from "@tanstack/react-query";
import { reads } from "./api/queries.ts";

/** Who is signed in. Only for pages behind the sign-in. */
export function useSession() {
  const { data: session } = useQuery(reads.session());
  const role: Role = session?.role ?? "viewer";
  return {
    name: session?.name ?? "",
    role,
    /** Whether to show what needs this role; the API decides in any case. */
    may: (needed: Role) => mayActAs(role, needed),
  };
}
