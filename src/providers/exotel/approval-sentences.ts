import type { Step, StepRun } from "../../core/carrier/planner.ts";
import { cleanText, counted } from "../../core/text.ts";

const NAMED = 3;

type Say = (trunk: string, some: (one: string, many?: string) => string, named: string, isMove: boolean) => string;

/** Each call that the planner makes. `some`: how many things the calls are about, and which. */
const stepSentences: Record<string, Say> = {
  exotel_create_trunk: (trunk) => `Create ${trunk} on Exotel.`,
  exotel_update_trunk: (trunk, _, named) => `Rename ${trunk} to "${named}".`,
  exotel_map_phone_number: (trunk, some, _, isMove) => `Map ${some("number")} on ${trunk}${isMove ? " at once" : ""}.`,
  exotel_update_phone_number: (trunk, some) => `Switch the mode of ${some("number")} on ${trunk}.`,
  exotel_whitelist_ip: (trunk, some) => `Let calls come from ${some("IP or range", "IPs and ranges")} on ${trunk}.`,
  exotel_add_destination_uris: (trunk, some) => `Send inbound calls of ${trunk} to ${some("destination")}.`,
  exotel_create_credentials: (trunk, some) => `Create ${some("login")} on ${trunk}.`,
  exotel_set_trunk_alias: (trunk, _, named) => `Show ${named} as the caller id of ${trunk}.`,
  exotel_unmap_phone_number: (trunk, some, _, isMove) =>
    `${isMove ? "Take" : "Unmap"} ${some("number")} ${isMove ? "off" : "from"} ${trunk}${isMove ? ", never more than one at a time" : ": their calls stop at once"}.`,
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
  return stepSentences[run[0].tool]?.(trunk, some, named, run[0].chain !== undefined);
}

/** Names the things that a call is about besides its trunk, and no other arguments. */
function thingsIn({ arguments: given, about }: Step): string[] {
  const { phone_number, ip, mask, destinations, user_name, alias, trunk_name } = given;
  if (Array.isArray(destinations)) return destinations.map(({ destination }) => cleanText(String(destination), 120));
  if (typeof ip === "string") return [mask === 32 ? ip : `${ip}/${mask}`];
  const thing = [phone_number, user_name, alias, trunk_name].find((value) => typeof value === "string");
  if (thing !== undefined) return [cleanText(thing, 64)];
  // The sentence says already that it is a number or an IP.
  return about === undefined ? [] : [about.replace(/^(?:Number|IP|Destination|Login) /, "")];
}
