import type { Step, StepRun } from "../../core/carrier/planner.ts";
import { cleanText, counted, quoteText } from "../../core/text.ts";
import { sayFields } from "../../rules/say-fields.ts";
import { partsOf } from "./list-names.ts";

const NAMED = 3;
/** A removal of a whole list is said otherwise than one of an address. */
const LIST_OFF = "list off";

type Say = (trunk: string, some: (one: string, many?: string) => string, fields: string) => string;

/** Each call that the planner makes. `some`: how many things the calls are about, and which. */
const stepSentences: Record<string, Say> = {
  twilio_create_trunk: (trunk, _, fields) => `Create ${trunk} on Twilio${fields}.`,
  twilio_update_trunk: (trunk, _, fields) => `Change ${trunk} on Twilio${fields}.`,
  twilio_allow_ip: (trunk, some) => `Allow calls from ${some("IP or range", "IPs and ranges")} on ${trunk}.`,
  twilio_create_credential: (trunk, some) => `Create ${some("SIP login")} on ${trunk}.`,
  twilio_add_origination_url: (trunk, some) => `Send calls in over ${trunk} to ${some("destination")}.`,
  twilio_update_origination_url: (trunk, some) => `Switch ${some("destination")} of ${trunk} on or off.`,
  twilio_assign_phone_number: (trunk, some) => `Route ${some("number")} to ${trunk}.`,
  twilio_unassign_phone_number: (trunk, some) => `Take ${some("number")} off ${trunk}: their calls no longer go there.`,
  twilio_remove_ip: (trunk, some) => `Shut out ${some("IP or range", "IPs and ranges")} on ${trunk}: calls from there are refused.`,
  [LIST_OFF]: (trunk, some) => `Take ${some("list")} off ${trunk}: addresses that only it lets in are refused.`,
  twilio_delete_credential: (trunk, some) => `Delete ${some("SIP login")} of ${trunk}: calls with them are refused.`,
  twilio_remove_origination_url: (trunk, some) => `Remove ${some("destination")} from ${trunk}: calls in no longer go there.`,
  twilio_delete_trunk: (trunk) => `Delete ${trunk} on Twilio; its numbers and lists stay in the account. This cannot be undone.`,
};

/** The planner's calls in words, before a person agrees to them. */
export function sayStepRun(run: StepRun, trunk: string): string | undefined {
  const [{ tool }] = run;
  const lists = run.filter(takesListOff);
  const rows = run.filter((step) => !lists.includes(step));
  const said = [saySteps(tool, rows, trunk), saySteps(LIST_OFF, lists, trunk)].filter((sentence) => sentence !== undefined);
  return said.length === 0 ? undefined : said.join(" ");
}

function saySteps(key: string, steps: readonly Step[], trunk: string): string | undefined {
  const [first] = steps;
  if (!first) return undefined;
  const things = steps.flatMap(thingsIn);
  // A long list is said by its ends.
  const named = things.length > NAMED ? `${things[0]} to ${things.at(-1)}` : things.join(", ");
  const some = (one: string, many?: string) => `${counted(steps.length, one, many)}${named === "" ? "" : ` (${named})`}`;
  const fields = sayFields(first.arguments, key.includes("create") ? ["friendly_name"] : ["trunk_sid"]);
  return stepSentences[key]?.(trunk, some, fields === "" ? "" : `: ${fields}`);
}

function takesListOff({ tool, arguments: { whitelisted_ip_id: id } }: Step): boolean {
  return tool === "twilio_remove_ip" && typeof id === "string" && partsOf(id)[1] === undefined;
}

/** Names the thing that a call is about besides its trunk, and no other arguments. */
function thingsIn(step: Step): string[] {
  const { arguments: given, about } = step;
  const { phone_number, ip, cidr_prefix_length: bits, sip_url, username, destination } = given;
  if (takesListOff(step)) return [quoteText(String(ip))];
  if (typeof ip === "string") return [bits === undefined || bits === 32 ? ip : `${ip}/${bits}`];
  const thing = [phone_number, sip_url, username, destination].find((value) => typeof value === "string");
  if (thing !== undefined) return [cleanText(thing, 120)];
  return about === undefined ? [] : [about.replace(/^Destination /, "")];
}
