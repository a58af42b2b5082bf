import { RingfenceError } from "@ringfence/client";
import { IntakeFault } from "@ringfence/intake";
import { codeOf } from "../../../api/errors.ts";
import { count } from "../../../parts/format.ts";

/** Why a source cannot be read or an import was not done, and what is known of it. */
export function importFault(error: unknown): { title: string; detail: string } {
  if (error instanceof IntakeFault) {
    const where = error.line === null ? "" : `Line ${count(error.line)}: `;
    return { title: "This cannot be imported", detail: `${where}${error.message}.` };
  }
  if (error instanceof DOMException && error.name === "AbortError") {
    return {
      title: "The import was cancelled",
      detail:
        "If the server had received all rows, the candidates are in the campaign; otherwise none are. Importing them again is safe.",
    };
  }
  const code = codeOf(error);
  if (code === null) {
    return {
      title: "The file cannot be read",
      detail: "It may have been moved, or changed since you chose it. Choose it again.",
    };
  }
  if (code === "away" || !(error instanceof RingfenceError)) {
    return {
      title: "The server did not answer: the import may have been done",
      detail:
        "Either all candidates were imported or none. Importing the same file again is safe: people who are already in the campaign are not imported twice.",
    };
  }
  const faults = error.errors.map(({ path, message }) => `${path}: ${message}`).join(". ");
  return { title: "Nothing was imported", detail: faults || error.detail };
}
