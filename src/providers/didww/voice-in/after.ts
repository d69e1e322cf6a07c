import type { Attributes } from "../../../core/carrier/attributes.ts";
import type { PhoneNumber, TrunkDetail } from "../../../core/carrier/trunk.ts";
import type { Item } from "../../../core/consequence.ts";
import { given } from "../../../core/given.ts";
import { quoteText } from "../../../core/text.ts";
import { emptied } from "./body.ts";
import type { InFields, InTrunkChange, NewInTrunk, RouteInput } from "./fields.ts";
import { KEYS_CODEC } from "./input-rules.ts";
import { readPlace } from "./place.ts";
import { isInbound, modes, REGISTRAR } from "./view.ts";

/** Trunks for calls in, as each call leaves them: what an approval is judged by. */

const USERNAME = "{DID}";

/** Values for fields that the caller left out. Without cli_format two documents disagree on how the caller's number looks. */
export function withDefaults(input: NewInTrunk): NewInTrunk {
  const filled = { ...input, codec_ids: input.codec_ids ?? [9, 10, KEYS_CODEC], cli_format: input.cli_format ?? "e164" } as const;
  if (input.enabled_sip_registration === true) return filled;
  return { ...filled, username: input.username ?? USERNAME, transport: input.transport ?? "udp" };
}

export function newInTrunk({ name, ...fields }: NewInTrunk): TrunkDetail {
  const fresh: TrunkDetail = {
    provider: "didww",
    trunk_id: "",
    trunk_name: name,
    auth_type: "none",
    directions: ["inbound"],
    phone_numbers: [],
    attributes: { direction: "inbound", kind: "sip", username: USERNAME, transport: "udp", media_encryption_mode: "disabled" },
  };
  return changedIn(fresh, fields);
}

export function changedIn(trunk: TrunkDetail, { name, ...input }: Omit<InTrunkChange, "trunk_id">): TrunkDetail {
  const attributes = { ...trunk.attributes, ...attributesOf(input) };
  const changed = { ...trunk, ...(name === undefined ? {} : { trunk_name: name }), attributes };
  return { ...changed, ...goalOf(attributes), ...loginOf(trunk, input) };
}

/** A password is not shown, so that it became another one is all that there is to say. */
function attributesOf({
  auth_user,
  auth_password,
  voice_in_trunk_group_id: group,
  codec_ids,
  ...rest
}: InFields): TrunkDetail["attributes"] {
  const { cli_prefix, external_reference_id, description, enabled_sip_registration: registers, ...plain } = rest;
  const texts = { cli_prefix, external_reference_id, description };
  return given({
    ...plain,
    ...Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text === undefined ? undefined : emptied(text)])),
    codec_ids: codec_ids?.map(String),
    voice_in_trunk_group_id: group === undefined ? undefined : emptied(group),
    enabled_sip_registration: registers,
    ...(registers === true ? { host: null, port: null } : {}),
    new_password: auth_password === undefined ? undefined : true,
  });
}

function goalOf({ host, port, transport, enabled_sip_registration: registers }: Attributes) {
  if (registers === true) return { domain_name: REGISTRAR, destination_uris: undefined };
  if (typeof host !== "string") return { destination_uris: undefined };
  const at = host.includes(":") ? `[${host}]` : host;
  return {
    domain_name: host,
    destination_uris: [{ destination: `${at}${port == null ? "" : `:${String(port)}`};transport=${String(transport ?? "udp")}` }],
  };
}

function loginOf(trunk: TrunkDetail, { auth_user, enabled_sip_registration: registers }: InFields): Partial<TrunkDetail> {
  if (registers === true) return { auth_type: "registration", credentials: trunk.auth_type === "registration" ? trunk.credentials : [] };
  const isEnded = registers === false && trunk.auth_type === "registration";
  if (auth_user === undefined) return isEnded ? { auth_type: "none", credentials: [] } : {};
  const user = emptied(auth_user);
  return user === null ? { auth_type: "none", credentials: [] } : { auth_type: "credentials", credentials: [{ user_name: user }] };
}

/** The trunk to which, or from which, a number's calls go. */
export function routedIn(trunk: TrunkDetail, input: RouteInput): TrunkDetail {
  const others = withoutNumber(trunk, input);
  const group = input.voice_in_trunk_group_id;
  const isLeft = input.unroute === true || (group !== undefined && trunk.attributes?.["voice_in_trunk_group_id"] !== group);
  if (isLeft) return { ...trunk, phone_numbers: others };
  const mode = group === undefined ? modes.own : modes.group;
  const number: PhoneNumber = { phone_number: input.phone_number, mode, ...(input.did_id ? { phone_number_id: input.did_id } : {}) };
  return { ...trunk, phone_numbers: [...others, number] };
}

/** Any other trunk for calls in: a number goes to one of them only. */
export function routedAway(trunk: TrunkDetail, input: RouteInput): TrunkDetail {
  const others = withoutNumber(trunk, input);
  return !isInbound(trunk) || others.length === trunk.phone_numbers?.length ? trunk : { ...trunk, phone_numbers: others };
}

function withoutNumber({ phone_numbers = [] }: TrunkDetail, { phone_number }: RouteInput): PhoneNumber[] {
  return phone_numbers.filter((row) => row.phone_number !== phone_number);
}

/** A number that rings somewhere now is live: both ends are named, whatever lists the trunk in question has. */
export function movedFrom(input: RouteInput): Omit<Item, "trunk">[] {
  const now = readPlace(input.now_at ?? "");
  const wanted = input.voice_in_trunk_group_id ?? input.trunk_id;
  if (!now || (input.unroute !== true && now.id === wanted)) return [];
  const from = `the ${now.kind} ${quoteText(now.name)} (${now.id})`;
  const detail = input.unroute
    ? `Number ${input.phone_number}: its calls no longer go to ${from}, and fail from now on.`
    : `Number ${input.phone_number}: its calls go over at once, and no longer to ${from}.`;
  return [{ gravity: input.unroute ? "lost" : "opened", what: `number ${input.phone_number}`, detail, asks: true }];
}
