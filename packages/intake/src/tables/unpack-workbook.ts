import { strFromU8, unzipSync, zipSync } from "fflate";
import { IntakeFault } from "../intake-fault.ts";
import { checkIsXlsx, refused } from "./file-kind.ts";

/** Most bytes that a workbook may unpack to, because a small file may claim to hold gigabytes. */
const MOST_UNPACKED = 200_000_000;
/** The entries of an archive that read-excel-file reads. */
const IS_READ = /\.xml(?:\.rels)?$/;
const SHEET = /^xl\/worksheets\/.+\.xml$/;
/** Matches a filled cell beyond column ZZ, or a row beyond Excel's last, because each row would be filled up to it. */
const FAR_CELL = /<c r="[A-Z]{3,}\d+"[^>]*[^>/]>|<row\b[^>]*\br="\d{8,}"/;

/**
 * An .xlsx archive with the same tables, not compressed. fflate, as read-excel-file calls it, unpacks large entries in a
 * worker made from a blob, which the page's content security policy forbids, so its promise would never settle. Throws
 * `IntakeFault` for another kind of archive, one that is broken, and one that would need too much memory.
 */
export function unpackedWorkbook(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const names = new Set<string>();
  let unpacked = 0;
  try {
    // Checks all names first, so that nothing of another kind of archive is unpacked.
    unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        names.add(name);
        // An entry is never unpacked to more than it claims: fflate cuts it off there.
        if (IS_READ.test(name)) unpacked += Math.max(size, originalSize);
        return false;
      },
    });
    checkIsXlsx(names);
    if (unpacked > MOST_UNPACKED) throw refused("a workbook of more than 200 MB, unpacked", "save it as CSV");
    const files = unzipSync(bytes, { filter: ({ name }) => IS_READ.test(name) });
    for (const [name, content] of Object.entries(files)) if (SHEET.test(name)) checkReach(content);
    return zipSync(files, { level: 0 });
  } catch (error) {
    if (error instanceof IntakeFault) throw error;
    throw refused("a broken workbook", "save it anew as .xlsx or as CSV");
  }
}

/** Number of characters of a sheet that are searched in one step; a cell's tag may span two steps. */
const PIECE = 1_000_000;
const OVERLAP = 200;

function checkReach(sheet: Uint8Array): void {
  for (let start = 0; start < sheet.length; start += PIECE - OVERLAP) {
    if (FAR_CELL.test(strFromU8(sheet.subarray(start, start + PIECE), true)))
      throw refused("a workbook with a cell far outside its table", "delete that cell, or save it as CSV");
  }
}
