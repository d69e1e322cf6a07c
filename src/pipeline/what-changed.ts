import type { TrunkDetail } from "../core/carrier/trunk.ts";
import type { AnyWriteTool, ToolResult } from "../core/tool.ts";

type Value = string | number | boolean | null | string[];
type Parts = Record<string, Value>;

/** The difference that a write made, in a person's terms. Null: there was no trunk, or there is none any more. */
export interface Change {
  before: Parts | null;
  after: Parts | null;
}

/** A result is read in a chat; the snapshot of a removal holds every row. */
const MOST_ROWS = 20;

/** The trunk as a call has left it: as it was judged, and where the carrier's answer says more, as the answer says. */
export function asAnswered(tool: AnyWriteTool, after: TrunkDetail | undefined, result: ToolResult): TrunkDetail | undefined {
  if (!after) return undefined;
  const told = result["trunk"] as Partial<TrunkDetail> | undefined;
  const left = { ...after, ...told, attributes: { ...after.attributes, ...told?.attributes } };
  return tool.answered?.(left, result) ?? left;
}

/**
 * Only what differs, under the trunk's name; undefined where the trunk's lists do not show what the call did. `found`: the
 * trunk as it was read, where it is not as the call should have left it.
 */
export function changeBetween(before: TrunkDetail | undefined, after: TrunkDetail | undefined, found = after): Change | undefined {
  const isWhole = before === undefined || after === undefined;
  const [old, wanted, now] = [before, after, found].map((trunk) => (trunk ? partsOf(trunk, isWhole) : {})) as [Parts, Parts, Parts];
  const names = Object.keys({ ...old, ...wanted }).filter((name) => textOf(old[name]) !== textOf(wanted[name]));
  if (names.length === 0) return undefined;
  const side = (own: Parts, other: Parts) =>
    Object.fromEntries(
      ["trunk_name", ...names]
        .filter((name) => !isWhole || textOf(own[name]) !== "")
        .map((name) => [name, shortened(own[name] ?? null, other[name])]),
    );
  return { before: before ? side(old, now) : null, after: found ? side(now, old) : null };
}

/** `isWhole`: a trunk that is made or removed shows its settings elsewhere: in the result, or in its snapshot. */
function partsOf(trunk: TrunkDetail, isWhole: boolean): Parts {
  const { trunk_name, phone_numbers = [], whitelisted_ips = [], destination_uris = [], credentials = [], alias } = trunk;
  return {
    trunk_name,
    numbers: phone_numbers.map(({ phone_number, mode }) => (mode === undefined ? phone_number : `${phone_number} (${mode})`)),
    addresses: whitelisted_ips.map(({ ip, mask }) => `${ip}/${mask}`),
    destinations: destination_uris.map(({ destination }) => destination),
    logins: credentials.map(({ user_name }) => user_name),
    alias: alias ?? null,
    ...(isWhole ? {} : { status: trunk.status ?? null, ...trunk.attributes }),
  };
}

function textOf(value: Value | undefined): string {
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? [...value].sort().join("\n") : String(value);
}

/** A long list shows what differs, and counts the rest. */
function shortened(value: Value, other: Value | undefined): Value {
  if (!Array.isArray(value) || value.length <= MOST_ROWS) return value;
  const others = new Set(Array.isArray(other) ? other : []);
  const shown = value.filter((row) => !others.has(row)).slice(0, MOST_ROWS);
  return [...shown, `and ${value.length - shown.length} more`];
}
