import type { Readable } from "node:stream";
import type { ImportRow } from "@ringfence/campaigns";
import {
  type Charset,
  candidateMaker,
  checkHeader,
  columnsByName,
  decode,
  IntakeFault,
  kindOf,
  openTable,
  readRecords,
} from "@ringfence/intake";
import { bodyFault, readingFault } from "../bodies.ts";

/**
 * Reads candidates from CSV as it streams in: a header row with `phone_number` and, optionally, `name` and
 * `external_id`, in any spelling; every other column is a dynamic variable. An unreadable row is named;
 * a body that is not a table, or breaks off, throws `invalid_request`.
 */
export async function* candidatesFromCsv(body: Readable, charset: Charset): AsyncGenerator<ImportRow[]> {
  const bytes = text(body);
  try {
    const table = await openTable(readRecords(decode(bytes, charset)));
    if (!table) throw bodyFault("body", "Has no header row; begin with one that names phone_number");
    checkHeader(table.columns);
    const toCandidate = candidateMaker(table.columns, columnsByName(table.columns));
    for await (const rows of table.rows) {
      yield rows.map(({ line, values, cells, fault }) => {
        const input = toCandidate(cells);
        return { line, values, input: fault === null ? input : { ...input, unreadable: fault } };
      });
    }
  } catch (error) {
    throw readingFault(error);
  } finally {
    // The rest of the body has to be read, or the next request on the connection would wait for ever; and while somebody
    // iterates over a body, `resume` does nothing.
    await bytes.return(undefined);
    body.resume();
  }
}

/** The bytes of a body, unless it is a workbook or another program's file. The request stream stays open after reading. */
async function* text(body: Readable): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    if (isFirst && kindOf(chunk) === "workbook") throw new IntakeFault("This is a workbook; send its table as CSV");
    isFirst = false;
    yield chunk;
  }
}
