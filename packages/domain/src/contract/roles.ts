/** Who may do what: each role may do all that the ones before it may. */
export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Who sent a request. `name` goes into the audit. */
export interface Principal {
  name: string;
  role: Role;
  /** The stored key; null for the admin key of the environment. */
  keyId: string | null;
}

/** Whether `role` may do what `needed` may. */
export const mayActAs = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);
