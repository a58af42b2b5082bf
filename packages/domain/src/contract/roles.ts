/** The roles; each may do all that the roles before it may. */
export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** The sender of a request. `name` is recorded in the audit. */
export interface Principal {
  name: string;
  role: Role;
  /** The stored key; null for the admin key of the environment. */
  keyId: string | null;
}

/** Whether `role` may do what `needed` may. */
export const mayActAs = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);
