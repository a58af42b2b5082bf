import { Prisma } from "../database/generated/client.js";

/** Whether batch `b` is held, by itself or with its campaign. What decides about a dial is `dial_bar`, behind the fence. */
export const isHeld = (b: string): Prisma.Sql => {
  const batch = Prisma.raw(b);
  return Prisma.sql`(${batch}.held_at IS NOT NULL OR EXISTS (
    SELECT FROM campaigns held WHERE held.id = ${batch}.campaign_id AND held.held_at IS NOT NULL))`;
};
