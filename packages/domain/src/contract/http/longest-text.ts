/** The longest name, external id and the like, in characters. It has a file without zod, which would weigh 95 kB in the page. */
export const MOST_TEXT = 200;
