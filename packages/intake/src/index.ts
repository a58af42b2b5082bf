export { type CandidateReading, readCandidate } from "./candidate.ts";
export { type ColumnMapping, candidateMaker, checkHeader, columnsByName, uniqueColumns } from "./columns/columns.ts";
export { guessColumns, hasHeaderRow, looksLikeNumber } from "./columns/guess-columns.ts";
export { IntakeFault } from "./intake-fault.ts";
export { COUNTRIES, type Country, callingCodeOf, isCountry } from "./numbers/countries.ts";
export { type NumberReading, readPhoneNumber } from "./numbers/phone-number.ts";
export { csvRow, REJECTED_BECAUSE, type RejectedRow, rejectedHeader, rejectedLine } from "./rejected-rows.ts";
export { ndjson, type Reading, type RefusedRow, siftNumbers, siftTable, type TakenRow } from "./sift-table.ts";
export {
  type Charset,
  charsetOf,
  decode,
  firstLineNotUtf8,
  isCharset,
  markedCharset,
  NOT_UTF8,
} from "./tables/charset.ts";
export { type FileKind, kindOf } from "./tables/file-kind.ts";
export { readRecords, type TableRecord } from "./tables/records.ts";
export { findLayout } from "./tables/separator.ts";
export { openTable, type Table, type TableRow, unstorable } from "./tables/table.ts";
export { readWorkbook } from "./tables/workbook.ts";
