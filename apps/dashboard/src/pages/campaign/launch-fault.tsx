import { Anchor, List, Text } from "@mantine/core";
import { Link } from "wouter";
import { codeOf, wordsOf } from "../../api/errors.ts";
import type { Batch } from "../../api/types.ts";
import { faultElsewhere } from "../../parts/faults.ts";
import { FormFault } from "../../parts/form-fault.tsx";
import { counted, moment } from "../../parts/format.ts";

/** What is known of a launch that was not confirmed, and what to do now. */
export function LaunchFault({ error, begun }: { error: Error; begun: Batch[] }) {
  const code = codeOf(error);
  if (code === "away") {
    return (
      <FormFault title="No answer: the launch may have begun">
        {begun.length > 0 ? (
          <>
            <Text size="sm">Since then this has begun. Look there before you launch again:</Text>
            <List size="sm">
              {begun.map(({ id, created_at, total_candidates }) => (
                <List.Item key={id}>
                  <Anchor component={Link} href={`/batches/${id}`} size="sm" c="inherit" underline="always">
                    Batch of {moment(created_at)}, {counted(total_candidates, "call")}
                  </Anchor>
                </List.Item>
              ))}
            </List>
          </>
        ) : (
          <Text size="sm">
            Calls may be dialled now. Look at the running batches of this campaign before you launch again. Whoever has
            a call that is not over is not called twice.
          </Text>
        )}
      </FormFault>
    );
  }
  if (code === "unavailable") {
    return <FormFault title="Nothing was launched">{wordsOf(error)}. Nobody was dialled. Try again.</FormFault>;
  }
  if (code === "campaign_paused") {
    return (
      <FormFault title="Nothing was launched: the campaign is paused">
        Somebody stopped it. Close this, activate the campaign, then launch again.
      </FormFault>
    );
  }
  if (code === "nothing_to_launch") {
    return (
      <FormFault title="Nothing was launched: nobody is left to call">
        Perhaps somebody else has just launched them. Look at the running batches.
      </FormFault>
    );
  }
  return <FormFault title="Nothing was launched">{faultElsewhere(error, [])}</FormFault>;
}
