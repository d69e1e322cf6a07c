import type { CallerRange } from "./reach.ts";

type Interval = Pick<CallerRange, "family" | "first" | "last">;

/** The same addresses once each, in order. */
function union(ranges: readonly Interval[]): Interval[] {
  const sorted = [...ranges].sort((a, b) => a.family - b.family || (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: Interval[] = [];
  for (const { family, first, last } of sorted) {
    const before = merged.at(-1);
    if (before?.family !== family || first > before.last + 1n) merged.push({ family, first, last });
    else if (last > before.last) before.last = last;
  }
  return merged;
}

/** The addresses of `range` that none of `others` holds. */
export function without(range: Interval, others: readonly Interval[]): Interval[] {
  let left: Interval[] = [range];
  for (const other of others) {
    if (other.family !== range.family) continue;
    left = left.flatMap((piece) => {
      if (other.last < piece.first || other.first > piece.last) return [piece];
      const head = other.first > piece.first ? [{ ...piece, last: other.first - 1n }] : [];
      const tail = other.last < piece.last ? [{ ...piece, first: other.last + 1n }] : [];
      return [...head, ...tail];
    });
  }
  return left;
}

const V6_NETWORK_BITS = 64n;

/** IPv4 in addresses; IPv6 in networks of /64, since one site has at least that many addresses. */
export function sizeOf(ranges: readonly Interval[], family: 4 | 6): bigint {
  const own = union(ranges.filter((range) => range.family === family));
  if (family === 4) return own.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
  const networks = union(own.map(({ first, last }) => ({ family, first: first >> V6_NETWORK_BITS, last: last >> V6_NETWORK_BITS })));
  return networks.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}
