import { counted } from "../../../../parts/format.ts";
import type { ImportOutcome } from "../use-import.ts";

/** What an import did, in words; `isDone` unless it changed nothing. */
export function reportWords(outcome: ImportOutcome): { title: string; isDone: boolean; sentences: string[] } {
  const { created, updated, duplicates, listed, unnamed, sifted } = outcome;
  const rejected = sifted.rejected + unnamed;
  const isDone = created + updated > 0;
  const sentences = [
    created > 0 && updated > 0 && `${counted(updated, "candidate")} updated: ${alreadyThere(updated)}.`,
    duplicates > 0 &&
      `${counted(duplicates, "duplicate")} skipped: ${duplicates === 1 ? "this number is" : "these numbers are"} in the campaign or in an earlier row of the file.`,
    listed > 0 &&
      `${counted(listed, "of the imported candidates is", "of the imported candidates are")} on the do-not-call list and will not be called.`,
    rejected > 0 && `${counted(rejected, "row")} rejected.`,
    unnamed > 0 && `The server rejected ${counted(unnamed, "more row")} than the file below holds.`,
    isDone && duplicates + rejected === 0 && "Every row was imported.",
  ];
  return { title: titleOf(outcome), isDone, sentences: sentences.filter((sentence) => sentence !== false) };
}

function titleOf({ created, updated }: ImportOutcome): string {
  if (created > 0) return `${counted(created, "candidate")} imported`;
  if (updated > 0) return `${counted(updated, "candidate")} updated`;
  return "Nothing was imported";
}

const alreadyThere = (numbers: number): string =>
  `the campaign already had ${numbers === 1 ? "this number" : "these numbers"}`;
