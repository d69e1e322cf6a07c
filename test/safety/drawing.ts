import fc from "fast-check";
import type { ProviderId } from "./read-account.ts";

/** One call that a model makes. Trunks and rows are named by their place, since ids come with the run. */
export interface Move {
  tool: string;
  /** Of this carrier's trunks the how-manieth is meant by TRUNK, and of its rows by ROW. */
  provider: ProviderId;
  trunk?: number;
  row?: number;
  args: Record<string, unknown>;
  /** Of a plan: what the setups do not name is removed; or the plan is to fail half-way, and be undone. */
  way?: "prune" | "undo";
}

export const TRUNK = "<trunk>";
export const ROW = "<row>";
/** The number of the row. */
export const OWN_NUMBER = "<its number>";

export const EVIL = "evil.example.net";

export const one = fc.constantFrom;
export const names = one("prod", "spare", "old_test", "fresh", "backup");
/** Neighbours, so that sixteen of them are one network. */
export const networks = Array.from({ length: 16 }, (_, index) => `44.248.146.${index * 16}`);
export const addresses = one(...networks, "44.248.146.11", "44.248.146.12", "44.248.147.1", "52.66.1.1");

export function pair(name: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<[string, unknown]> {
  return value.map((drawn) => [name, drawn]);
}

export type Args = fc.Arbitrary<Record<string, unknown>>;
/** Arguments; an optional one that is drawn as undefined is left out. */
export const args = (fields: Record<string, fc.Arbitrary<unknown> | string>): Args =>
  fc
    .record(
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value === "string" ? fc.constant(value) : value])),
    )
    .map((drawn) => Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)));
export const maybe = (value: fc.Arbitrary<unknown>) => fc.option(value, { nil: undefined });

export function without(given: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([key]) => key !== name));
}
