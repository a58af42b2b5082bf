/** Where a page begins: after this position in the list's order; null: at the beginning. */
export type After<Place> = Place | null;

/** The position of a row in a list with the newest first. */
export interface NewestFirst {
  createdAt: Date;
  id: string;
}
