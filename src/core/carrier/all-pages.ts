/** A walk over a listing ends here even if the carrier goes on: at 50 rows a page, after 10,000. */
export const MAX_PAGES = 200;

/** One page of a listing. `next` is the carrier's own position of the next one. */
interface RowPage<Row> {
  rows: readonly Row[];
  next?: string | undefined;
}

/** Every row of a listing, page by page. A position that leads nowhere else ends it. */
export async function allPages<Row>(list: (from: string | undefined) => Promise<RowPage<Row>>): Promise<Row[]> {
  const found: Row[] = [];
  let from: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { rows, next } = await list(from);
    found.push(...rows);
    if (next === undefined || next === from) break;
    from = next;
  }
  return found;
}
