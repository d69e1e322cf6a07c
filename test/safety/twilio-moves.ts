import fc from "fast-check";
import type { Move } from "./drawing.ts";

type Draw = fc.Arbitrary<unknown>;

const TRUNK = "<trunk>";
const ROW = "<row>";
const one = fc.constantFrom;
const maybe = (value: Draw) => fc.option(value, { nil: undefined });
const args = (fields: Record<string, Draw>) =>
  fc.record(fields).map((drawn) => Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)));
const onTrunk = (fields: Record<string, Draw> = {}) => args({ trunk_sid: one(TRUNK, TRUNK, "prod", "old_test"), ...fields });

const names = one("prod", "spare", "old_test", "fresh");
const numbers = one("+12025550110", "+12025550111", "+12025550113", "+12025550114");
const addresses = one("44.248.146.11", "44.248.146.12", "44.248.146.0", "44.248.146.16", "52.66.1.1");
const urls = one("sip:sip.example.com:5061;transport=tls", "sip:pbx.example.com:5061;transport=tls", "sip:evil.example.net");
const logins = one("sip", "bot", "desk", "guest");
const settings = {
  domain_name: maybe(one("prod.pstn.twilio.com", "other.pstn.twilio.com", "")),
  secure: maybe(fc.boolean()),
  transfer_mode: maybe(one("disable-all", "sip-only", "enable-all")),
  disaster_recovery_url: maybe(one("https://evil.example.net/twiml", "https://example.com/twiml", "")),
  cnam_lookup_enabled: maybe(fc.boolean()),
};
const recording_mode = maybe(one("do-not-record", "record-from-answer"));

export const twilioArguments = {
  twilio_create_trunk: args({ friendly_name: names, ...settings }),
  twilio_update_trunk: onTrunk({ friendly_name: maybe(names), ...settings, recording_mode }),
  twilio_delete_trunk: fc.oneof(onTrunk(), args({ trunk_sid: numbers })),
  twilio_assign_phone_number: onTrunk({ phone_number: numbers, loses: maybe(one("", "nothing")) }),
  twilio_unassign_phone_number: fc.oneof(onTrunk({ phone_number_id: one(ROW) }), args({ phone_number: numbers })),
  twilio_add_origination_url: onTrunk({ sip_url: urls, enabled: maybe(fc.boolean()), priority: maybe(one(0, 10, 20)) }),
  twilio_update_origination_url: onTrunk({
    destination_uri_id: one(ROW),
    sip_url: maybe(urls),
    enabled: maybe(fc.boolean()),
    weight: maybe(one(0, 10, 20)),
  }),
  twilio_remove_origination_url: fc.oneof(onTrunk({ destination_uri_id: one(ROW) }), onTrunk({ destination: one("sip.example.com") })),
  twilio_allow_ip: onTrunk({ ip: addresses, cidr_prefix_length: one(32, 32, 30, 28, 27, 24) }),
  twilio_remove_ip: fc.oneof(
    onTrunk({ whitelisted_ip_id: one(ROW) }),
    onTrunk({ ip: addresses, others: maybe(one([], [], [], ["spare"])) }),
  ),
  twilio_create_credential: onTrunk({ username: logins, password: maybe(one("ModelKnowsThis1", "env:TRUNKLINE_SECRET_STRONG")) }),
  twilio_delete_credential: fc.oneof(onTrunk({ credential_id: one(ROW) }), onTrunk({ username: logins })),
};

export const twilioPlan = args({
  provider: one("twilio"),
  use_case: maybe(one("outbound", "inbound", "voice_ai")),
  trunk: names,
  numbers: maybe(fc.uniqueArray(numbers, { maxLength: 2 })),
  ips: maybe(fc.uniqueArray(addresses, { maxLength: 2 })),
  destinations: maybe(fc.uniqueArray(urls, { maxLength: 2 })),
  credentials: maybe(fc.uniqueArray(logins, { maxLength: 2 })),
  remove: maybe(fc.uniqueArray(fc.oneof(numbers, addresses, logins), { maxLength: 2 })),
  new_name: maybe(names),
  options: maybe(args(settings)),
});

const move = (tool: string, trunk: number, given: Record<string, unknown>, row?: number): Move => ({
  tool,
  provider: "twilio",
  trunk,
  ...(row === undefined ? {} : { row }),
  args: { trunk_sid: TRUNK, ...given },
});

/** Ways round a rule that looks at one call only. */
export const twilioDetours: Move[][] = [
  Array.from({ length: 16 }, (_, index) => move("twilio_allow_ip", 1, { ip: `44.248.146.${index * 16}`, cidr_prefix_length: 28 })),
  ["sip", "bot", "desk"].map((username) => move("twilio_create_credential", 1, { username })),
  // The first of the other kind of list shuts out whoever has the one only.
  [move("twilio_create_credential", 0, { username: "bot" })],
  [move("twilio_allow_ip", 2, { ip: "52.66.1.1" })],
  [move("twilio_assign_phone_number", 1, { phone_number: "+12025550113" })],
  [move("twilio_assign_phone_number", 1, { phone_number: "+12025550113", loses: "" })],
  [move("twilio_add_origination_url", 0, { sip_url: "sip:evil.example.net" })],
  [move("twilio_update_trunk", 0, { secure: false, transfer_mode: "enable-all" })],
  [move("twilio_update_trunk", 0, { friendly_name: "old_test" }), move("twilio_delete_trunk", 0, {})],
  [move("twilio_remove_ip", 0, { whitelisted_ip_id: ROW }, 0)],
  [move("twilio_delete_credential", 2, { credential_id: ROW }, 0)],
];
