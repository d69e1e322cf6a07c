import { MAX_WEIGHT, weightOf } from "../result-weight.ts";
import { cutLists, type ListedTrunk } from "./listed-trunk.ts";
import type { PlacedRow, Position } from "./listing-position.ts";

/** Room for everything in an answer beside its rows and what is missing: cursor, counts, a warning. */
const BESIDE = 400;
const FEW = 3;

interface Fitted {
  rows: ListedTrunk[];
  /** The first row that found no room. */
  next?: Position;
  warnings: string[];
}

interface Thinning {
  thin(row: ListedTrunk): ListedTrunk;
  said: string;
}

/** From the least that is missed to the most. */
const ofList: Thinning[] = [
  { thin: ({ numbers: _, ...row }) => row, said: "Numbers were left out to keep the answer short: pass a smaller limit." },
  { thin: ({ counts: _, ...row }) => row, said: "Numbers and counts were left out to keep the answer short: pass a smaller limit." },
  {
    thin: ({ status, ...row }) => (status === "active" ? row : { ...row, status }),
    said: "To keep the answer short, numbers and counts were left out, and the status of active trunks.",
  },
];
const ofDetails: Thinning[] = [
  {
    thin: ({ numbers, ips, destinations, logins, lists, counts, ...row }) => ({
      ...row,
      ...cutLists({ numbers, ips, destinations, logins, lists }, FEW, counts),
    }),
    said: `Of each list the first ${FEW} are shown; counts says how many there are, get_trunk shows all.`,
  },
];

/** As many rows as an answer has room for beside `missing`: rows get thinner before any is left to the next page. */
export function fitRows(placed: readonly PlacedRow[], isDetailed: boolean, missing: unknown): Fitted {
  const room = MAX_WEIGHT - BESIDE - weightOf(missing);
  let rows = placed.map(({ row }) => row);
  let warnings: string[] = [];
  for (const { thin, said } of isDetailed ? ofDetails : ofList) {
    if (fitting(rows, room) === rows.length) break;
    rows = rows.map(thin);
    warnings = [said];
  }
  const count = Math.max(1, fitting(rows, room));
  const next = placed[count]?.at;
  return next ? { rows: rows.slice(0, count), next, warnings } : { rows, warnings };
}

function fitting(rows: readonly ListedTrunk[], room: number): number {
  let weight = 0;
  const over = rows.findIndex((row) => {
    weight += weightOf(row) + 1;
    return weight > room;
  });
  return over < 0 ? rows.length : over;
}
