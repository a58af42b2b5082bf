/** Possible separators of fields, the likeliest first. */
const SEPARATORS = [",", ";", "\t", "|"];
/** Number of first rows that are examined. */
const MOST_ROWS = 20;

/** The format of a table, detected at its beginning. */
export interface Layout {
  separator: string;
  /** Length of a first line `sep=;`, including its end, which is not a row; 0 if there is none. */
  skip: number;
}

/**
 * Finds the separator: the one that a line `sep=` names, as Excel writes it, else the one that the first row has and the
 * rows behind it have as often; of two that do, the one without blanks behind it, because people write `Name, first`; a comma
 * if the first row has none.
 */
export function findLayout(head: string): Layout {
  const named = /^"?sep=([^\r\n"])"?(?:\r\n|\n|\r|$)/i.exec(head);
  if (named) return { separator: named[1]!, skip: named[0].length };
  const rows = rowsOf(head);
  const found = SEPARATORS.map((separator) => {
    const counts = rows.map((row) => row.split(separator).length - 1);
    const first = counts[0] ?? 0;
    const spaced = (rows[0] ?? "").split(`${separator} `).length - 1;
    return { separator, first, alike: counts.filter((count) => count === first).length, isProse: spaced === first };
  })
    .filter(({ first }) => first > 0)
    .sort(
      (one, other) => other.alike - one.alike || Number(one.isProse) - Number(other.isProse) || other.first - one.first,
    )[0];
  return { separator: found?.separator ?? ",", skip: 0 };
}

/** The first rows without quoted text, which separates nothing. */
const rowsOf = (head: string): string[] =>
  head
    .replace(/"[^"]*(?:""[^"]*)*"/g, "")
    .split(/\r\n|\n|\r/)
    .filter((row) => row.trim() !== "")
    .slice(0, MOST_ROWS);
