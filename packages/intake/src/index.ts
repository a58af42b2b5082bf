export { type CandidateReading, readCandidate } from "./candidate.ts";
export {
  type Charset,
  charsetOf,
  decode,
  firstLineNotUtf8,
  isCharset,
  markedCharset,
  NOT_UTF8,
} from "./charset.ts";
export { type ColumnMapping, candidateMaker, checkHeader, columnsByName, uniqueColumns } from "./columns.ts";
export { COUNTRIES, type Country, callingCodeOf, isCountry } from "./countries.ts";
export { type FileKind, kindOf } from "./file-kind.ts";
export { guessColumns, hasHeaderRow, looksLikeNumber } from "./guess-columns.ts";
export { IntakeFault } from "./intake-fault.ts";
export { type NumberReading, readPhoneNumber } from "./phone-number.ts";
export { readRecords, type TableRecord } from "./records.ts";
export { csvRow, REJECTED_BECAUSE, type RejectedRow, rejectedHeader, rejectedLine } from "./rejected-rows.ts";
export { findLayout } from "./separator.ts";
export { ndjson, type Reading, type RefusedRow, siftNumbers, siftTable, type TakenRow } from "./sift-table.ts";
export { openTable, type Table, type TableRow, unstorable } from "./table.ts";
export { readWorkbook } from "./workbook.ts";
