import type { TrunkDetail } from "./trunk.ts";

export type Attributes = NonNullable<TrunkDetail["attributes"]>;

/** An empty text says nothing. */
export function textOf(value: Attributes[string] | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Carriers write amounts as numbers and as texts. Nothing, or an empty text, is no limit at all. */
export function amountOf(value: Attributes[string] | undefined): number | undefined {
  const text = textOf(value);
  return typeof value === "number" ? value : text === undefined ? undefined : Number(text);
}
