import { isNested } from "../versions.ts";
import { refusal } from "./answers.ts";
import type { Call, TrunkEntry } from "./state.ts";

type Filter = (trunk: TrunkEntry, value: string) => boolean;

const byAttribute =
  (name: string): Filter =>
  ({ attributes }, value) =>
    String(attributes[name]) === value;

const filters: Record<string, Filter> = {
  name: byAttribute("name"),
  name_contains: ({ attributes }, value) => attributes.name.toLowerCase().includes(value.toLowerCase()),
  on_cli_mismatch_action: byAttribute("on_cli_mismatch_action"),
  allow_any_did_as_cli: byAttribute("allow_any_did_as_cli"),
  status: byAttribute("status"),
  threshold_reached: (_, value) => value === "false",
  default_dst_action: byAttribute("default_dst_action"),
  media_encryption_mode: byAttribute("media_encryption_mode"),
};

/** FILTERS.md of the carrier's TypeScript SDK, verified there at 2026-04-16; `id` is in its OpenAPI. */
const newerFilters: Record<string, Filter> = {
  id: ({ id }, value) => id === value,
  external_reference_id: byAttribute("external_reference_id"),
  "authentication_method.type": ({ method }, value) => method.type === value,
  // No account feature here that would give a trunk a default DID.
  "default_did.id": () => false,
};

/** The trunks that all filters let through. A comma separates alternatives. */
export function filtered(trunks: readonly TrunkEntry[], { request, version }: Call): TrunkEntry[] {
  const known = isNested(version) ? { ...filters, ...newerFilters } : filters;
  const wanted = [...request.query].flatMap(([key, value]) => {
    const name = /^filter\[(.+)\]$/.exec(key)?.[1];
    if (name === undefined) return [];
    const filter = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!filter) throw refusal(400, "102", "Filter not allowed", `${name} is not allowed.`);
    return [{ filter, values: value.split(",") }];
  });
  return trunks.filter((trunk) => wanted.every(({ filter, values }) => values.some((value) => filter(trunk, value))));
}

const sortable = ["name", "created_at", "allow_any_did_as_cli", "threshold_reached"];

export function sorted(trunks: readonly TrunkEntry[], { request, version }: Call): TrunkEntry[] {
  const fields = (request.query.get("sort") ?? "").split(",").filter((field) => field !== "");
  const known = isNested(version) ? [...sortable, "external_reference_id"] : sortable;
  const wrong = fields.find((field) => !known.includes(field.replace(/^-/, "")));
  if (wrong !== undefined) throw refusal(400, "114", "Invalid sort criteria", `${wrong} is not a valid sort criteria for voice_out_trunks`);
  return trunks.toSorted((a, b) => {
    for (const field of fields) {
      const name = field.replace(/^-/, "");
      const order = compare(sortValue(a, name), sortValue(b, name)) * (field.startsWith("-") ? -1 : 1);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function sortValue(trunk: TrunkEntry, name: string): string {
  return name === "created_at" ? trunk.created_at : String(trunk.attributes[name] ?? "");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

const DEFAULT_SIZE = 50;
const MAX_SIZE = 100;

export function pageOf({ request }: Call): { number: number; size: number } {
  const read = (name: "number" | "size", initial: number, max: number) => {
    const text = request.query.get(`page[${name}]`);
    if (text === null) return initial;
    const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (value < 1 || value > max)
      throw refusal(400, "118", "Invalid page value", `${text} is not a valid value for ${name} page parameter.`);
    return value;
  };
  return { number: read("number", 1, 999_999), size: read("size", DEFAULT_SIZE, MAX_SIZE) };
}

export function includeOf(call: Call): string[] {
  return includesOf(call, isNested(call.version) ? ["dids", "emergency_dids"] : ["dids"], "voice_out_trunks");
}

export function includesOf({ request }: Call, known: readonly string[], type: string): string[] {
  const wanted = (request.query.get("include") ?? "").split(",").filter((name) => name !== "");
  const wrong = wanted.find((name) => !known.includes(name));
  if (wrong !== undefined) throw refusal(400, "112", "Invalid field", `${wrong} is not a valid includable relationship of ${type}`);
  return wanted;
}

/** The rows that all filters let through. A comma separates alternatives. */
export function rowsThrough<Row>(rows: readonly Row[], { request }: Call, known: Record<string, (row: Row) => unknown>): Row[] {
  const wanted = [...request.query].flatMap(([key, value]) => {
    const name = /^filter\[(.+)\]$/.exec(key)?.[1];
    if (name === undefined) return [];
    const read = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!read) throw refusal(400, "102", "Filter not allowed", `${name} is not allowed.`);
    return [{ read, values: value.split(",") }];
  });
  return rows.filter((row) => wanted.every(({ read, values }) => values.includes(String(read(row)))));
}
