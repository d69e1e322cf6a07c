/** Cases of a property: few, so that a contributor does not wait; `npm run test:all` sets ten times as many. */
const set = Number(process.env["TRUNKLINE_TEST_RUNS"] ?? 30);
if (!Number.isSafeInteger(set) || set < 1) throw new Error("TRUNKLINE_TEST_RUNS is a whole number above 0.");

/** The factor says how much a case costs or tells: above 1 for cheap ones that seldom hit, below 1 for slow ones. */
export function runs(factor = 1): number {
  return Math.ceil(set * factor);
}

/** For a case that lives a whole history with a server: a contributor meets a third of them, and `npm run test:all` every one. */
export function serverRuns(factor = 1): number {
  return process.env["TRUNKLINE_TEST_RUNS"] === undefined ? runs(factor / 3) : runs(factor);
}
