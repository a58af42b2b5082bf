import { CandidateInput } from "@ringfence/domain";
import { IntakeFault, REJECTED_BECAUSE, readCandidate, unstorable } from "@ringfence/intake";
import type { OpenRows, RefusedRow, TakenRow } from "./rows.ts";
import { linesOf } from "./spool.ts";

/** Longest line, in characters; the API has the same limit. */
const LONGEST_LINE = 100_000;
/** Characters of a rejected number that a report repeats. */
const LONGEST_ECHO = 200;

/** The candidates of NDJSON, by the API's own rules. A line that is not JSON throws IntakeFault, because the file is then not what its owner means. */
export function ndjsonRows(text: () => AsyncIterable<string>, defaultCountry: string | undefined): OpenRows {
  const columns = ["phone_number"];
  return {
    notes: [],
    columns,
    separator: ",",
    cells: (element) => cellsOf(element, columns),
    async *groups() {
      let row = 0;
      let line = 0;
      const tooLong = (at: number) => new IntakeFault(`Is longer than ${LONGEST_LINE} characters`, at);
      for await (const lines of linesOf(text(), LONGEST_LINE, tooLong)) {
        const taken: TakenRow[] = [];
        const refused: RefusedRow[] = [];
        for (const json of lines) {
          line++;
          if (json.trim() === "") continue;
          const values = parsed(json, line);
          const reading = read(values, defaultCountry);
          row++;
          if ("candidate" in reading) taken.push({ row, line, values, candidate: reading.candidate });
          else refused.push({ row, line, values, phone_number: numberOf(values), reason: reading.reason });
        }
        yield { taken, refused };
      }
    },
  };
}

function parsed(json: string, line: number): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new IntakeFault("Is not valid JSON", line);
  }
}

function read(element: unknown, defaultCountry: string | undefined): ReturnType<typeof readCandidate> {
  const { [REJECTED_BECAUSE]: _ignored, ...fields } = isObject(element) ? element : {};
  const candidate = CandidateInput.safeParse(isObject(element) ? fields : element);
  if (!candidate.success) {
    const [issue] = candidate.error.issues;
    const path = issue!.path.join(".");
    const message = issue!.code === "unrecognized_keys" ? `${issue!.keys.join(", ")}: not known` : issue!.message;
    return { reason: path ? `${path}: ${message}` : message };
  }
  const fault = unstorable(JSON.stringify(fields));
  return fault === null ? readCandidate(candidate.data, defaultCountry) : { reason: fault };
}

/** An element as a row of a table; columns that only it has are added. */
function cellsOf(element: unknown, columns: string[]): string[] {
  const { dynamic_variables, ...fields } = isObject(element) ? element : { phone_number: element };
  const named = Object.entries({ ...(isObject(dynamic_variables) ? dynamic_variables : {}), ...fields });
  const cells: string[] = [];
  for (const [name, value] of named) {
    if (!columns.includes(name)) columns.push(name);
    cells[columns.indexOf(name)] = asText(value);
  }
  return Array.from(columns, (_, n) => cells[n] ?? "");
}

function numberOf(element: unknown): string {
  const number = isObject(element) ? element.phone_number : undefined;
  return typeof number === "string" ? number.slice(0, LONGEST_ECHO) : "";
}

const asText = (value: unknown): string =>
  value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
