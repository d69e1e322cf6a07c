import { directionsOf } from "../../core/carrier/directions.ts";
import type { Step, StepRun } from "../../core/carrier/planner.ts";
import type { UseCase } from "../../core/carrier/setup.ts";
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

const callsOf: Record<UseCase, string> = { outbound: "outbound calls", inbound: "inbound calls", voice_ai: "calls to the voice bot" };

/** The calls that stop, by what the trunk is set up for. */
function stopping(trunk: TrunkDetail): string {
  const said = directionsOf(trunk)
    .map((direction) => callsOf[direction])
    .join(", ");
  if (said === "") return "As it is, no calls run over it.";
  return `${said.charAt(0).toUpperCase()}${said.slice(1)} stop at once.`;
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
  const lost = parts.length === 0 ? "it has nothing else" : `lost with it: ${parts.join(", ")}`;
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

/** Sixteen addresses; what is broader lets in more hosts than one site has. */
const WIDEST_WITHOUT_A_PERSON = 28;

/** Says what a range lets in, where that is more than one site's hosts. */
export function rangeExposure(ip: string, mask: number): string | undefined {
  if (mask >= WIDEST_WITHOUT_A_PERSON) return undefined;
  return `Let all ${2 ** (32 - mask)} addresses of ${ip}/${mask} place calls at your cost.`;
}

/** Says what further destinations mean for a trunk that has some. */
export function destinationExposure(present: number, added: number): string | undefined {
  if (present === 0) return undefined;
  return `Send inbound calls to ${counted(added, "more destination")} besides the ${present} in use: live calls may go there at once.`;
}

/** Says what another mode means for a number that is mapped. */
export function modeExposure({ phone_numbers = [] }: TrunkDetail, phoneNumberId: string, wanted: string): string | undefined {
  const current = phone_numbers.find((number) => number.phone_number_id === phoneNumberId);
  if (current?.mode === wanted) return undefined;
  return `Switch ${current?.phone_number ?? "a number"} from ${current?.mode ?? "its present mode"} to ${wanted}: calls of this number are routed otherwise at once.`;
}

type Say = (trunk: string, some: (one: string, many?: string) => string, named: string) => string;

/** Each call that the planner makes. `some`: how many things the calls are about, and which. */
const stepSentences: Record<string, Say> = {
  exotel_create_trunk: (trunk) => `Create ${trunk} on Exotel.`,
  exotel_map_phone_number: (trunk, some) => `Map ${some("number")} on ${trunk}.`,
  exotel_update_phone_number: (trunk, some) => `Switch the mode of ${some("number")} on ${trunk}.`,
  exotel_whitelist_ip: (trunk, some) => `Let calls come from ${some("IP or range", "IPs and ranges")} on ${trunk}.`,
  exotel_add_destination_uris: (trunk, some) => `Send inbound calls of ${trunk} to ${some("destination")}.`,
  exotel_create_credentials: (trunk, some) => `Create ${some("login")} on ${trunk}.`,
  exotel_set_trunk_alias: (trunk, _, named) => `Show ${named} as the caller id of ${trunk}.`,
  exotel_unmap_phone_number: (trunk, some) => `Unmap ${some("number")} from ${trunk}: their calls stop at once.`,
  exotel_remove_whitelisted_ip: (trunk, some) =>
    `Remove ${some("IP or range", "IPs and ranges")} from ${trunk}: calls from there are refused.`,
  exotel_remove_destination_uri: (trunk, some) => `Remove ${some("destination")} from ${trunk}: inbound calls no longer go there.`,
  exotel_delete_credentials: (trunk, some) => `Delete ${some("login")} of ${trunk}: calls with them are refused.`,
  exotel_remove_trunk_alias: (trunk) => `Remove the alias of ${trunk}.`,
  exotel_delete_trunk: (trunk) => `Delete ${trunk} on Exotel with everything on it; this cannot be undone.`,
};

/** The planner's calls in words, before a person agrees to them. */
export function sayStepRun(run: StepRun, trunk: string): string | undefined {
  const things = run.flatMap(thingsIn);
  // A long list is said by its ends.
  const named = things.length > NAMED ? `${things[0]} to ${things.at(-1)}` : things.join(", ");
  const some = (one: string, many?: string) =>
    `${counted(Math.max(things.length, run.length), one, many)}${named === "" ? "" : ` (${named})`}`;
  return stepSentences[run[0].tool]?.(trunk, some, named);
}

/** Names the things that a call is about besides its trunk, and no other arguments. */
function thingsIn({ arguments: given, about }: Step): string[] {
  const { phone_number, ip, mask, destinations, user_name, alias } = given;
  if (Array.isArray(destinations)) return destinations.map(({ destination }) => cleanText(String(destination), 120));
  if (typeof ip === "string") return [mask === 32 ? ip : `${ip}/${mask}`];
  const thing = [phone_number, user_name, alias].find((value) => typeof value === "string");
  return thing === undefined ? (about === undefined ? [] : [about]) : [cleanText(thing, 64)];
}
