import fc from "fast-check";
import type { Setup } from "../../src/core/carrier/setup.ts";
import { find } from "./moving-cases.ts";
import type { WatchedCarriers } from "./watched-carriers.ts";

/** A trunk that is to be made, or one that is there and is to go, with values that no other has. */
export interface Wish {
  kind: "exotel" | "didww" | "gone";
  name: string;
  numbers: string[];
  ranges: string[];
  logins: string[];
  threshold: number;
  callback: string | undefined;
}

const drawn = fc.record({
  kind: fc.constantFrom<Wish["kind"]>("exotel", "didww", "gone"),
  numbers: fc.integer({ min: 1, max: 4 }),
  masks: fc.oneof<fc.Arbitrary<number[]>[]>(
    fc.array(fc.constantFrom(32, 32, 30, 28, 27, 24, 16), { minLength: 1, maxLength: 4 }),
    fc.array(fc.constantFrom(32, 28, 24), { minLength: 1, maxLength: 60 }),
  ),
  logins: fc.nat(3),
  threshold: fc.constantFrom(50, 3_001, 54_321, 100_000),
  callback: fc.boolean(),
});

/** To 2,000 numbers, 60 ranges a trunk, 40 trunks; mostly a few. `more`: so many numbers on the first. */
export const wishes: fc.Arbitrary<Wish[]> = fc
  .tuple(
    fc.oneof(fc.array(drawn, { minLength: 1, maxLength: 4 }), fc.array(drawn, { minLength: 1, maxLength: 40 })),
    fc.constantFrom(0, 0, 0, 60, 1_800),
  )
  .map(([all, more]) => {
    let next = 0;
    return all.map(({ kind, numbers, masks, logins, threshold, callback }, index) => {
      const place = 1_000 + index;
      return {
        kind,
        name: `trunk_${place}`,
        numbers: Array.from({ length: numbers + (index === 0 ? more : 0) }, () => `+9180${44_000_000 + next++}`),
        ranges: masks.map((mask, row) => (mask === 32 ? `52.${(index + row) % 200}.0.1` : `52.${(index + row) % 200}.0.0/${mask}`)),
        logins: Array.from({ length: logins }, (_, row) => `login_${place}_${row}`),
        threshold,
        callback: callback ? `https://cdr-${place}.example.net/` : undefined,
      };
    });
  });

/** The trunks that are there, and are to go. Answers with the ids that a person has to see. */
export function furnishWishes({ directly, account }: WatchedCarriers, all: readonly Wish[]): string[] {
  return all.flatMap(({ kind, name, numbers, ranges, logins }) => {
    if (kind !== "gone") return [];
    directly("exotel", "POST", "trunks", { trunk_name: name, nso_code: "ANY-ANY", domain_name: "sandbox.pstn.exotel.com" });
    const id = find(account().values(), "exotel", name)?.id ?? "";
    for (const phone_number of numbers) directly("exotel", "POST", `trunks/${id}/phone-numbers`, { phone_number, mode: "pstn" });
    for (const range of new Set(ranges)) {
      const [ip, mask = "32"] = range.split("/");
      directly("exotel", "POST", `trunks/${id}/whitelisted-ips`, { ip, mask: Number(mask) });
    }
    for (const user_name of logins) directly("exotel", "POST", `trunks/${id}/credentials`, { user_name, password: "from_before" });
    return [id];
  });
}

/** The wish: with pruning, everything that it leaves out goes. */
export function setupsOf(all: readonly Wish[]): Setup[] {
  const made = all.flatMap(({ kind, name, numbers, ranges, logins, threshold, callback }): Setup[] => {
    if (kind === "gone") return [];
    if (kind === "exotel")
      return [
        {
          provider: "exotel",
          use_case: "outbound",
          trunk: name,
          numbers,
          ips: ranges,
          ...(logins.length > 0 ? { credentials: logins } : {}),
        },
      ];
    const options = {
      on_cli_mismatch_action: "reject_call",
      threshold_amount: `${threshold}.0`,
      ...(callback === undefined ? {} : { callback_url: callback }),
    };
    return [{ provider: "didww", use_case: "outbound", trunk: name, ips: ranges, options }];
  });
  // Pruning looks at the carriers that some setup names.
  const others = made.some(({ provider }) => provider === "exotel")
    ? []
    : [{ provider: "exotel", trunk: "kept_0001", use_case: "outbound" as const, numbers: ["+918043999999"], ips: ["52.255.0.1"] }];
  return [...made, ...others];
}

/** Everything that a person has to read before any of it is done; nothing, where nothing is grave. */
export function graveValues(all: readonly Wish[]): string[] {
  return all.flatMap((one) => {
    const found = graveOf[one.kind](one);
    return found.length > 0 ? [one.name, ...found] : [];
  });
}

const graveOf: Record<Wish["kind"], (wish: Wish) => string[]> = {
  gone: ({ numbers, ranges, logins }) => [...numbers, ...ranges, ...logins],
  exotel: ({ ranges, logins }) => [...opened(ranges), ...logins.slice(2)],
  didww: ({ ranges, threshold, callback }) => [
    ...opened(ranges),
    ...(threshold > 3_000 ? [String(threshold)] : []),
    ...(callback === undefined ? [] : [callback]),
  ],
};

/** All of them, once they are more than the allowance: none lies in another. */
export function opened(ranges: readonly string[]): readonly string[] {
  const sizes = [...new Set(ranges)].map((range) => 2 ** (32 - Number(range.split("/")[1] ?? 32)));
  return sizes.reduce((sum, size) => sum + size, 0) > 16 ? ranges : [];
}

/** Plain values, which may share a line but are not counted away. */
export function plainValues(all: readonly Wish[]): string[] {
  return all.flatMap(({ kind, name, numbers }) => (kind === "exotel" ? [name, ...numbers] : kind === "didww" ? [name] : []));
}
