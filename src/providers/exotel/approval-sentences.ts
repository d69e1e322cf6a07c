import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { Consequence } from "../../core/store/store.ts";
import { cleanText, counted, quoteText } from "../../core/text.ts";
import type { ToolContext } from "../../core/tool.ts";
import type { ExotelClient } from "./client.ts";

type Context = ToolContext<ExotelClient>;

/** The trunk as it is now: what a person is told, and what the approval is bound to. */
async function readTrunk({ client, trunks, signal }: Context, trunkSid: string): Promise<TrunkDetail> {
  return (await trunks.get(client, trunkSid, signal)).trunk;
}

function named(trunk: TrunkDetail): string {
  return `trunk ${quoteText(trunk.trunk_name)} (${trunk.trunk_id}) on Exotel`;
}

function some(items: unknown[] = [], one: string): string | undefined {
  return items.length === 0 ? undefined : counted(items.length, one);
}

const NAMED = 3;

/** The numbers themselves, as long as a person can take them in. */
function numbersOf({ phone_numbers = [] }: TrunkDetail): string | undefined {
  const mapped = some(phone_numbers, "number");
  const named = phone_numbers.slice(0, NAMED).map((row) => cleanText(row.phone_number, 20));
  return mapped && `${mapped} (${named.join(", ")}${phone_numbers.length > NAMED ? ", …" : ""})`;
}

/** Which calls stop, by what the trunk is set up for. */
function stopping({ phone_numbers = [], whitelisted_ips = [], destination_uris = [], credentials = [] }: TrunkDetail): string {
  const directions = [
    whitelisted_ips.length + credentials.length > 0 ? "outbound calls" : undefined,
    destination_uris.length > 0 ? "inbound calls" : undefined,
    phone_numbers.some((row) => row.mode === "flow") ? "calls to the voice bot" : undefined,
  ].filter((direction) => direction !== undefined);
  if (directions.length === 0) return "As it is, no calls run over it.";
  const [first = "", ...others] = directions;
  return `${[first.charAt(0).toUpperCase() + first.slice(1), ...others].join(", ")} stop at once.`;
}

export async function deletingTrunk(context: Context, trunkSid: string): Promise<Consequence> {
  const trunk = await readTrunk(context, trunkSid);
  const parts = [
    numbersOf(trunk),
    some(trunk.whitelisted_ips, "whitelisted IP"),
    some(trunk.destination_uris, "destination"),
    some(trunk.credentials, "login"),
    trunk.alias ? "the alias" : undefined,
  ].filter((part) => part !== undefined);
  const lost = parts.length === 0 ? "nothing else hangs on it" : `lost with it: ${parts.join(", ")}`;
  return {
    confirm: trunk.trunk_name,
    sentences: [`Delete ${named(trunk)}; ${lost}.`, stopping(trunk), "This cannot be undone."],
    state: trunk,
  };
}

/** Removing one row of a trunk: which one, and what stops with it. */
export async function removingRow(
  context: Context,
  trunkSid: string,
  find: (trunk: TrunkDetail) => { what: string; row: unknown } | undefined,
  effect: string,
): Promise<Consequence> {
  const trunk = await readTrunk(context, trunkSid);
  const found = find(trunk);
  const what = found?.what ?? "an entry that its list does not show";
  return {
    confirm: trunk.trunk_name,
    sentences: [`Remove ${what} from ${named(trunk)}: ${effect}`],
    state: { trunk_id: trunk.trunk_id, trunk_name: trunk.trunk_name, row: found?.row ?? null },
  };
}

/** A call that widens who may place calls, or moves live traffic, of this trunk. */
export async function widening(
  context: Context,
  trunkSid: string,
  sentence: (trunk: TrunkDetail) => string | undefined,
): Promise<Consequence | undefined> {
  const trunk = await readTrunk(context, trunkSid);
  const said = sentence(trunk);
  if (said === undefined) return undefined;
  return { confirm: trunk.trunk_name, sentences: [`${said} This concerns ${named(trunk)}.`], state: trunk };
}
