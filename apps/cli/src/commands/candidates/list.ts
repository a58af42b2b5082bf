import { type Command, Option } from "commander";
import { wholeNumber } from "../../arguments.ts";
import { type Open, print } from "../../context.ts";
import { noteMore, upTo } from "../../lists.ts";
import { table } from "../../terminal/text.ts";
import { lastCall } from "./last-call.ts";

const FIRST = 50;

/** `ringfence candidates list CAMPAIGN` */
export const addListCandidates = (candidates: Command, open: Open): void => {
  candidates
    .command("list")
    .description("List the candidates of a campaign in import order. Keys of role viewer see numbers masked.")
    .argument("<campaign>", "id of the campaign")
    .addOption(new Option("--limit <n>", "show at most N").argParser(wholeNumber(1, 1_000_000)).default(FIRST))
    .addHelpText("after", "\nExample:\n  ringfence candidates list 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --limit 200")
    .action(async (id: string, { limit }: { limit: number }, command: Command) => {
      const context = open(command);
      const page = await upTo(limit, (query) =>
        context.client.GET("/v1/campaigns/{id}/candidates", { params: { path: { id }, query } }),
      );
      print(context, page, () =>
        page.items.length === 0
          ? "The campaign has no candidates: ringfence import --help"
          : table(
              ["id", "number", "name", "external id", "last call"],
              page.items.map((one) => [one.id, one.phone_number, one.name, one.external_id, lastCall(one)]),
            ),
      );
      noteMore(context, page, "more with --limit N");
    });
};
