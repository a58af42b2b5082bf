import { heldReason } from "./holds.ts";
import { toldToPeople } from "./retell-words.ts";

const NOT_IN_ACCOUNT = "Cannot find requested asset under given api key.";
const MEANS = "The caller number or agent is not in this Retell account";

test.each<[string, string, string]>([
  ["a call's error message", NOT_IN_ACCOUNT, MEANS],
  ["without its full stop", "Cannot find requested asset under given api key", MEANS],
  [
    "inside the reason of a hold",
    `Retell refused 5 calls in a row alike (422): ${NOT_IN_ACCOUNT}`,
    `Retell refused 5 calls in a row alike (422): ${MEANS}`,
  ],
  ["more than once", `${NOT_IN_ACCOUNT} ${NOT_IN_ACCOUNT}`, `${MEANS} ${MEANS}`],
])("Retell's sentence is translated into its meaning and a remedy: %s", (_what, message, text) => {
  expect(toldToPeople(message)).toEqual({
    text,
    remedy: "Edit the campaign and choose a number and an agent that are in the account",
  });
});

test.each(["dial_busy", "Batch cancelled by user", heldReason.barred(401), ""])(
  "every other message stays unchanged: %j",
  (message) => {
    expect(toldToPeople(message)).toEqual({ text: message, remedy: null });
  },
);
