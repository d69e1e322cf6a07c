import fc from "fast-check";
import type { Era } from "../support/trunkline.ts";
import { planPruning } from "./pruning.ts";
import { openShowing, problems, type Shown } from "./shown.ts";
import { furnishWishes, graveValues, opened, plainValues, setupsOf, type Wish, wishes } from "./shown-wishes.ts";

/** How often each channel showed something, and how often nobody could be shown all of it. */
export interface Counts {
  form: number;
  page: number;
  terminal: number;
  split: number;
  unasked: number;
}

/** Every grave value of a random plan stands in the form, on the page and in the terminal; or nobody is asked. */
export async function checkPlans(numRuns: number): Promise<Counts> {
  const counts: Counts = { form: 0, page: 0, terminal: 0, split: 0, unasked: 0 };
  const property = fc.asyncProperty(wishes, fc.constantFrom<Era>("v1", "v2"), fc.boolean(), async (all, era, forms) => {
    const showing = await openShowing(era, forms);
    try {
      const ids = furnishWishes(showing.watched, all);
      const { plan_id } = await planPruning(setupsOf(all), showing.trunkline.scope);
      const grave = graveValues(all);
      // Where nothing is grave the plan is applied at once, and that takes its time.
      if (grave.length === 0) return void counts.unasked++;
      const shown = await showing.show("apply_plan", { plan_id });
      count(shown, counts);
      const wrong = problems(shown, [...grave, ...ids], plainValues(all));
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    } finally {
      await showing.close();
    }
  });
  await fc.assert(property, { numRuns: numRuns + eachWay.length, examples: eachWay });
  return counts;
}

const plain: Wish = { kind: "didww", name: "plain", numbers: [], ranges: ["52.1.0.1"], logins: [], threshold: 50, callback: undefined };
const gone = (count: number): Wish => ({
  ...{ ...plain, kind: "gone", name: "gone" },
  numbers: Array.from({ length: count }, (_, index) => `+9180${44_000_000 + index}`),
});
/** Nothing that is grave, a little of it, and more than can be shown: each way out is taken, whatever is drawn. */
const eachWay: [Wish[], Era, boolean][] = [
  [[plain], "v1", true],
  [[gone(1)], "v1", true],
  [[gone(1_800)], "v2", false],
];

function count(shown: Shown, counts: Counts): void {
  for (const channel of ["form", "page", "terminal"] as const) if (shown[channel] !== undefined) counts[channel] += 1;
  if (shown.page === undefined) counts.split += 1;
}

const ranges = fc.uniqueArray(fc.constantFrom("44.248.146.11", "44.248.146.12", "44.248.146.16/28", "44.248.147.0/24", "52.66.0.0/16"), {
  minLength: 1,
  maxLength: 4,
});
const changes = fc.record({
  old: ranges,
  now: ranges,
  threshold: fc.constantFrom(99, 151, 100_000),
  callback: fc.constantFrom("https://cdr-1001.example.net/", undefined),
  encryption: fc.constantFrom("disabled", "srtp_sdes"),
});

type Changes = typeof changes extends fc.Arbitrary<infer T> ? T : never;

function graveChanges({ old, now, threshold, callback, encryption }: Changes): string[] {
  const added = now.filter((range) => !old.includes(range));
  return [
    ...old.filter((range) => !now.includes(range)),
    ...(opened(now).length > 0 ? added : []),
    ...(threshold > 100 ? [String(threshold)] : []),
    ...(callback === undefined ? [] : [callback]),
    ...(encryption === "disabled" ? ["media_encryption_mode", "disabled"] : []),
  ];
}

/** The same of one call that changes many things of a trunk at once. */
export async function checkUpdates(numRuns: number): Promise<void> {
  const property = fc.asyncProperty(changes, fc.boolean(), async (drawn, forms) => {
    const { old, now, threshold, callback, encryption } = drawn;
    const showing = await openShowing("v2", forms);
    try {
      const allowed_sip_ips = old.map((range) => (range.includes("/") ? range : `${range}/32`));
      const attributes = {
        ...{ name: "out", on_cli_mismatch_action: "reject_call", threshold_amount: "100.0", media_encryption_mode: "srtp_sdes" },
        authentication_method: { type: "credentials_and_ip", attributes: { allowed_sip_ips } },
      };
      showing.watched.directly("didww", "POST", "voice_out_trunks", { data: { type: "voice_out_trunks", attributes } });
      const shown = await showing.show("didww_update_voice_out_trunk", {
        ...{ trunk_id: "out", allowed_sip_ips: now, threshold_amount: `${threshold}.0`, media_encryption_mode: encryption },
        ...(callback === undefined ? {} : { callback_url: callback }),
      });
      const wrong = problems(shown, graveChanges(drawn), []);
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    } finally {
      await showing.close();
    }
  });
  await fc.assert(property, { numRuns });
}
