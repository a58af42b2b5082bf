import { mayActAs, ROLES } from "./roles.ts";

test("each role may do what the roles before it may", () => {
  const allowed = ROLES.map((role) => ROLES.filter((needed) => mayActAs(role, needed)));
  expect(allowed).toEqual([["viewer"], ["viewer", "operator"], ["viewer", "operator", "admin"]]);
});
