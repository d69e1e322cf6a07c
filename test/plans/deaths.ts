import { expect } from "vitest";

export interface Death {
  /** The point at which it died; undefined: it lived to the end. */
  name: string | undefined;
  recoveryMs: number;
}

/** A matrix that does not end is as wrong as one that is empty. */
const MOST_BOUNDARIES = 200;

/** Runs the numbers from 1 on, several at a time, until one finds nothing more to do. */
export async function enumerate(
  { atOnce, stride = 1, most = MOST_BOUNDARIES }: { atOnce: number; stride?: number; most?: number },
  dieAt: (boundary: number) => Promise<Death>,
): Promise<Death[]> {
  const deaths: Death[] = [];
  const problems: string[] = [];
  let next = 1;
  let over = false;
  const worker = async () => {
    while (!over && problems.length < 3 && next <= most) {
      const boundary = next;
      next += stride;
      const death = await dieAt(boundary).catch((error: unknown) => {
        problems.push(`boundary ${boundary}: ${error instanceof Error ? error.message : error}`);
      });
      if (death && death.name === undefined) over = true;
      else if (death) deaths.push(death);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  expect(problems).toEqual([]);
  return deaths;
}

/** A matrix that misses a kind of boundary tests less than it says. */
export function expectEverywhere(deaths: readonly Death[]): void {
  const names = deaths.map(({ name }) => name);
  for (const call of ["start", "lease", "begin", "send", "settle", "finish", "keep", "forget"]) {
    expect(names).toContain(`at before ${call}`);
    expect(names).toContain(`at after ${call}`);
  }
}

/** As long as a start may take on a machine that does much else; the promise is five seconds. */
const RECOVERS_WITHIN_MS = 20_000;

export function report(where: string, deaths: readonly Death[]): void {
  const times = deaths.map(({ recoveryMs }) => recoveryMs).sort((a, b) => a - b);
  const [median, slowest] = [times[Math.floor(times.length / 2)] ?? 0, times.at(-1) ?? 0];
  process.stdout.write(`${where}: ${deaths.length} deaths, recovered in ${Math.round(median)} ms, at most ${Math.round(slowest)} ms\n`);
  expect(slowest).toBeLessThan(RECOVERS_WITHIN_MS);
}
