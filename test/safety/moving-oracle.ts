import { type Account, type TrunkState, violations } from "./account.ts";
import type { Write } from "./watched-carriers.ts";

interface Watch {
  /** As shown, plus what the plan did since. */
  expected: Map<string, TrunkState>;
  /** Trunks that somebody else has changed. */
  moved: Set<string>;
  seen: Set<string>;
}

/**
 * Writes that did something to a trunk which was not as it had been shown, plus what the plan itself did since. `tooLate`: those
 * for which nobody's word was good any more.
 */
export function doneToWhatMoved(shown: Account, writes: readonly Write[], tooLate: readonly Write[]): string[] {
  const watch: Watch = { expected: new Map(shown), moved: new Set(), seen: new Set() };
  return writes.flatMap((write) => {
    const { before, after } = write;
    const touched = [...new Set([...before.keys(), ...after.keys()])].filter((id) => sets(before.get(id)) !== sets(after.get(id)));
    const said = `${write.method} ${write.path} ${write.body}`;
    const again = touched.length > 0 && watch.seen.has(said) ? ["done twice"] : [];
    if (touched.length > 0) watch.seen.add(said);
    return [...again, ...touched.flatMap((id) => wrongWith(id, write, tooLate.includes(write), watch))].map((wrong) => `${wrong}: ${said}`);
  });
}

function wrongWith(id: string, { before, after }: Write, isLate: boolean, { expected, moved }: Watch): string[] {
  const [old, now, known] = [before.get(id), after.get(id), expected.get(id)];
  if (old && sets(old) !== sets(known)) moved.add(id);
  if (now) expected.set(id, now);
  else expected.delete(id);
  const grave = violations(only(id, old), only(id, now)).map(({ kind }) => kind);
  const back = broughtBack(old, now, known);
  if (old && !known) return [`done to "${old.name}" (${id}), which nobody was shown`];
  if (grave.length > 0 && moved.has(id)) return [`done to "${old?.name}" (${id}), which had changed (${grave.join(", ")})`];
  if (grave.length > 0 && isLate) return [`done after ten minutes (${grave.join(", ")})`];
  return back.length > 0 ? [`brought ${back.join(", ")} back, which somebody took off`] : [];
}

/** Everything about a trunk but the ids of its rows. */
function sets(trunk: TrunkState | undefined): string | undefined {
  return trunk && JSON.stringify({ ...trunk, rows: undefined });
}

function only(id: string, trunk: TrunkState | undefined): Account {
  return new Map(trunk ? [[id, trunk]] : []);
}

function broughtBack(old: TrunkState | undefined, now: TrunkState | undefined, known: TrunkState | undefined): string[] {
  const [had, has, shown] = [elements(old), elements(now), elements(known)];
  return has.filter((one) => !had.includes(one) && shown.includes(one));
}

function elements(trunk: TrunkState | undefined): string[] {
  return trunk ? [...trunk.callers, ...Object.keys(trunk.numbers), ...trunk.destinations] : [];
}
