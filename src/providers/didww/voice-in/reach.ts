import { type Attributes, textOf } from "../../../core/carrier/attributes.ts";
import { emptyReach, type Guard, guard, type Reach, type Route } from "../../../core/carrier/reach.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { cleanText, counted, quoteText } from "../../../core/text.ts";
import { modes } from "./view.ts";

/** Nobody places calls over it: its numbers, and all that decides where their calls arrive. */
export function inboundReach(trunk: TrunkDetail): Reach {
  const { attributes = {}, phone_numbers = [] } = trunk;
  const capacity = attributes["capacity_limit"];
  return {
    ...emptyReach,
    othersMayCall: "whoever dials its numbers",
    routes: phone_numbers.map((row) => routeOf(row.phone_number, row.mode === modes.group, trunk)),
    spending: { ...emptyReach.spending, capacity: typeof capacity === "number" ? capacity : undefined },
    guards: guardsOf(trunk, attributes),
  };
}

/** The values that a new trunk may have unasked. */
export const freshInboundReach: Reach = {
  ...emptyReach,
  guards: [guard("voice_in_trunk_group_id", "none", 0), guard("allowed_rtp_ips", "any", 1), guard("auth_password", "as it was", 1)],
};

/** All of the way is one text, so that any other host, port, user, transport, encryption or login moves every number. */
function routeOf(
  number: string,
  byGroup: boolean,
  { destination_uris = [], auth_type, credentials = [], attributes = {} }: TrunkDetail,
): Route {
  const { username, media_encryption_mode: encryption, dst, voice_in_trunk_group: group, voice_in_trunk_group_id: id } = attributes;
  const uri = `${textOf(username) ?? "{DID}"}@${destination_uris[0]?.destination ?? "nowhere"}`;
  const [way, at] =
    typeof dst === "string"
      ? [dst, `the telephone number ${quoteText(dst)}`]
      : auth_type === "registration"
        ? ["", "the PBX that registers"]
        : [uri, quoteText(uri, 300)];
  const user = auth_type === "credentials" ? credentials[0]?.user_name : undefined;
  const login = user === undefined ? "" : ` with the login ${quoteText(user)}`;
  const media = encryption == null || encryption === "disabled" ? "" : ` and ${cleanText(String(encryption), 20)}`;
  const shared = byGroup ? (textOf(group) ?? textOf(id) ?? "") : undefined;
  const asOne = shared === undefined ? "" : ` as one of the group ${quoteText(shared)}`;
  const whole = [way, user, shared].join("\n");
  return { key: `number ${number}`, what: `number ${number}`, to: `to ${at}${login}${media}${asOne}`, whole };
}

function guardsOf({ phone_numbers = [] }: TrunkDetail, attributes: Attributes): Guard[] {
  const { voice_in_trunk_group_id: group, allowed_rtp_ips: media, priority, weight, new_password } = attributes;
  const addresses = Array.isArray(media) && media.length > 0 ? [...media].sort().join(", ") : undefined;
  const isUsed = phone_numbers.length > 0 ? 1 : 0;
  return [
    // The group's numbers come with it, or go.
    guard("voice_in_trunk_group_id", textOf(group) ?? "none", 1),
    { ...guard("allowed_rtp_ips", addresses ?? "any", addresses === undefined ? 1 : 0), needed: addresses !== undefined },
    guard("auth_password", new_password === true ? "another one" : "as it was", isUsed),
    ...(typeof group === "string" ? [guard("priority", String(priority ?? 1), 1), guard("weight", String(weight ?? 65_535), 1)] : []),
  ];
}

export function inboundRemarks(before: TrunkDetail | undefined, after: TrunkDetail | undefined): string[] {
  const { phone_numbers = [], attributes } = before ?? {};
  if (!before) return [];
  if (after) return [];
  if (attributes?.["voice_in_trunk_group_id"] !== undefined)
    return ["It is one of a group: its numbers go on ringing at the others of the group, if there are any."];
  if (phone_numbers.length === 0) return ["No number rings there now."];
  return [
    `${counted(phone_numbers.length, "number")} ${phone_numbers.length === 1 ? "rings" : "ring"} there now. They stay in the account, go on being charged, and callers fail.`,
  ];
}
