/** A carrier takes this many reads at once without queueing. */
const READS_AT_ONCE = 4;

/** `told` hears after each item how many are done. */
export async function inTurns<T, R>(
  items: readonly T[],
  run: (item: T) => Promise<R>,
  told?: (done: number, item: T) => void,
): Promise<R[]> {
  const results: R[] = [];
  let done = 0;
  const runOne = async (item: T) => {
    const result = await run(item);
    done += 1;
    told?.(done, item);
    return result;
  };
  for (let start = 0; start < items.length; start += READS_AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + READS_AT_ONCE).map(runOne))));
  }
  return results;
}
