import { z } from "zod";

/** A number of the Retell account that campaigns may call from. */
export const RetellNumber = z
  .object({
    phone_number: z.string().meta({ description: "E.164; masked for viewers", example: "+12025550199" }),
    nickname: z.string().nullable().meta({ description: "As it is called at Retell", example: "Sales, Washington" }),
    agent_ids: z
      .array(z.string())
      .meta({ description: "The agents bound to its outbound calls; a campaign without `agent_id` uses these" }),
  })
  .meta({ id: "RetellNumber" });
export type RetellNumber = z.infer<typeof RetellNumber>;

/** An agent of the Retell account that can make phone calls. */
export const RetellAgent = z
  .object({
    agent_id: z.string(),
    name: z.string().nullable().meta({ description: "As it is called at Retell", example: "Appointment reminder" }),
  })
  .meta({ id: "RetellAgent" });
export type RetellAgent = z.infer<typeof RetellAgent>;
