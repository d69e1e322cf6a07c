// How many requests a question costs at accounts of several sizes: counts, not times.
import { pathToFileURL } from "node:url";

const SIZES = [1, 10, 100, 1_000];

export async function measureRequests(file) {
  const { countRequests } = await import(pathToFileURL(file).href);
  const counted = [];
  for (const trunks of SIZES) counted.push(...(await countRequests(trunks)));
  return counted;
}

/** A line for each carrier and question, a column for each size. */
export function requestRows(counted) {
  const rows = new Map();
  for (const { carrier, trunks, requests } of counted) {
    for (const [what, count] of Object.entries(requests)) {
      const key = `${carrier}: ${what}`;
      rows.set(key, { ...rows.get(key), [trunks]: count });
    }
  }
  return { sizes: SIZES, rows: [...rows].map(([name, counts]) => [name, ...SIZES.map((size) => counts[size])]) };
}
