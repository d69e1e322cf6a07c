import type { Step, StepRun } from "../../core/carrier/planner.ts";
import { cleanText, counted } from "../../core/text.ts";
import { sayFields } from "../../rules/say-fields.ts";
import { newProfile } from "./after.ts";
import type { KnownProfile, NewProfile } from "./fields.ts";
import { sayProfile } from "./profile-words.ts";

/** Of a run: whether it moves numbers from trunk to trunk, and whether it takes something away. */
interface Kind {
  isMove: boolean;
  destroys: boolean;
}
type Say = (trunk: string, some: string, fields: string, kind: Kind) => string;

/** Each call that the planner makes. `some`: what the calls are about; `fields`: what is set, or nothing. */
const stepSentences: Record<string, Say> = {
  telnyx_create_connection: (trunk, _, fields) => `Create ${trunk} on Telnyx${fields}.`,
  telnyx_update_connection: (trunk, _, fields) => `Change ${trunk} on Telnyx${fields}.`,
  telnyx_create_outbound_voice_profile: (trunk, _, fields) => `Create for ${trunk} on Telnyx the ${fields}, by which calls go out.`,
  telnyx_add_address: (trunk, some) => `Add ${some} to ${trunk}.`,
  telnyx_set_login: (trunk, some, _, { destroys }) => `Set the login ${some} of ${trunk}${destroys ? ": an old one stops working" : ""}.`,
  telnyx_assign_phone_number: (trunk, some, _, { isMove }) => `Assign ${some} to ${trunk}${isMove ? " at once" : ""}.`,
  telnyx_unassign_phone_number: (trunk, some, _, { isMove }) =>
    `Take ${some} off ${trunk}${isMove ? ", never more than one at a time" : ": their calls stop at once"}.`,
  telnyx_remove_address: (trunk, some) => `Remove ${some} from ${trunk}: no calls from there, nor to there.`,
  telnyx_delete_connection: (trunk) => `Delete ${trunk} on Telnyx with everything on it; this cannot be undone.`,
};

const NAMED = 3;

/** The planner's calls in words, before a person agrees to them. */
export function sayStepRun(run: StepRun, trunk: string): string | undefined {
  const [{ tool, arguments: given, chain, effect }] = run;
  return stepSentences[tool]?.(trunk, someOf(run), fieldsIn(tool, given), {
    isMove: chain !== undefined,
    destroys: effect === "destroy",
  });
}

/** A profile is said whole, since its limits are what a person agrees to. */
function fieldsIn(tool: string, { profile, ...given }: Step["arguments"]): string {
  if (tool === "telnyx_create_outbound_voice_profile") return sayProfile(newProfile(given as NewProfile).attributes ?? {});
  const known = profile === undefined ? undefined : sayProfile(profile as KnownProfile);
  const fields = sayFields(given, ["connection_id", "connection_name", ...(known === undefined ? [] : ["outbound_voice_profile_id"])]);
  const said = [fields, known ?? ""].filter((part) => part !== "").join("; ");
  return said === "" ? "" : `: ${said}`;
}

function someOf(run: StepRun): string {
  const things = run.flatMap(thingsIn);
  const [{ tool }] = run;
  if (tool.endsWith("login")) return things.join(", ");
  // A long list is said by its ends.
  const named = things.length > NAMED ? `${things[0]} to ${things.at(-1)}` : things.join(", ");
  const one = tool.includes("number") ? "number" : "address";
  return `${counted(run.length, one)}${named === "" ? "" : ` (${named})`}`;
}

function thingsIn({ arguments: { phone_number, ip_address, fqdn, address, user_name } }: Step): string[] {
  const thing = [phone_number, ip_address, fqdn, address, user_name].find((value) => typeof value === "string");
  return thing === undefined ? [] : [cleanText(String(thing), 120)];
}
