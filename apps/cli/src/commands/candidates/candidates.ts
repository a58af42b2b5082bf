import type { Command } from "commander";
import type { Open } from "../../context.ts";
import { addCorrect } from "./correct.ts";
import { addDeleteCandidate } from "./delete.ts";
import { addListCandidates } from "./list.ts";
import { addShow } from "./show.ts";

/** `ringfence candidates` */
export const addCandidates = (program: Command, open: Open): void => {
  const candidates = program
    .command("candidates")
    .summary("list, show, correct and delete the people of a campaign")
    .description("List and edit the candidates of a campaign; the import command adds them.")
    .addHelpText(
      "after",
      `
Examples:
  ringfence candidates list 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11
  ringfence candidates show 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11
  ringfence candidates correct 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --number +14155550100 --name "Ada Brennan"
  ringfence candidates delete 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11`,
    );
  for (const add of [addListCandidates, addShow, addCorrect, addDeleteCandidate]) add(candidates, open);
};
