import fc from "fast-check";
import { type Args, addresses, args, EVIL, type Move, maybe, names, one, pair, ROW, TRUNK, without } from "./drawing.ts";

const telnyxNumbers = one("+13125550141", "+13125550142", "+442079460143", "+4930901820144");
const telnyxHosts = one("sip.example.com", "pbx.example.com", EVIL);
const profiles = one("capped", "open", "fresh profile");
const media = one("SRTP", "none");
const limits = {
  daily_spend_limit: one("20.00", "75.00", "100", "100.01", "none", undefined),
  concurrent_call_limit: one("5", "10", "50", "none", undefined),
  whitelisted_destinations: one(["US"], ["CA", "US"], ["JM", "US"], ["JM"], undefined),
};
const receiving = one("only_my_connections", "from_anyone").map((sip_subdomain_receive_settings) => ({ sip_subdomain_receive_settings }));
const outward = one<Record<string, unknown>>(
  ...[
    { ani_override: "none" },
    { ani_override: "+13125550142" },
    { channel_limit: 3 },
    { channel_limit: null },
    { call_parking_enabled: true },
  ],
);

/** One to three settings of a connection. */
const settings = fc
  .uniqueArray(
    fc.oneof(
      pair("outbound_voice_profile_id", profiles),
      pair("active", fc.boolean()),
      pair("encrypted_media", media),
      pair("transport_protocol", one("UDP", "TCP", "TLS")),
      pair("inbound", receiving),
      pair("outbound", outward),
      pair("connection_name", names),
    ),
    { minLength: 1, maxLength: 3, selector: ([name]) => name },
  )
  .map((pairs) => Object.fromEntries(pairs) as Record<string, unknown>);

function onConnection(fields: Record<string, fc.Arbitrary<unknown> | string> = {}): Args {
  return args({ connection_id: TRUNK, ...fields });
}

function telnyxLogins(): Record<string, unknown>[] {
  const credential = { connection_type: "credential", user_name: "fresh1" };
  return [credential, { ...credential, password: "ModelKnowsThis1" }];
}

/** Arguments of every tool of Telnyx that writes. */
export const telnyxArguments: Record<string, Args> = {
  telnyx_create_connection: fc
    .tuple(names, settings, one<Record<string, unknown>>({ connection_type: "ip" }, { connection_type: "fqdn" }, ...telnyxLogins()))
    .map(([connection_name, drawn, kind]) => ({
      ...without(without(drawn, "active"), kind["connection_type"] === "credential" ? "transport_protocol" : ""),
      ...kind,
      connection_name,
    })),
  telnyx_update_connection: settings.map((drawn) => ({ connection_id: TRUNK, ...drawn })),
  telnyx_delete_connection: onConnection(),
  telnyx_add_address: fc.oneof(onConnection({ ip_address: addresses }), onConnection({ fqdn: telnyxHosts, port: one(5060, 5061) })),
  telnyx_remove_address: fc.oneof(onConnection({ address_id: ROW }), onConnection({ address: fc.oneof(addresses, telnyxHosts) })),
  telnyx_set_login: onConnection({
    user_name: maybe(one("night1", "desk1")),
    password: maybe(one("env:TRUNKLINE_SECRET_SIP", "ModelKnowsThis1")),
  }),
  telnyx_assign_phone_number: onConnection({ phone_number: telnyxNumbers }),
  telnyx_unassign_phone_number: fc.oneof(onConnection({ phone_number_id: ROW }), args({ phone_number: telnyxNumbers })),
  telnyx_create_outbound_voice_profile: args({ name: one("fresh profile", "another one"), ...limits }),
  telnyx_update_outbound_voice_profile: args({ outbound_voice_profile_id: profiles, enabled: maybe(fc.boolean()), ...limits }),
};

/** Plans for its trunks. */
export const telnyxPlans: Args = args({
  ...{ provider: "telnyx", use_case: one("outbound", "inbound", undefined) },
  trunk: names,
  numbers: maybe(fc.uniqueArray(telnyxNumbers, { maxLength: 2 })),
  ips: maybe(fc.uniqueArray(one("44.248.146.11", "44.248.146.12", "52.66.1.1"), { maxLength: 2 })),
  remove: maybe(fc.uniqueArray(fc.oneof(telnyxNumbers, addresses), { maxLength: 2 })),
  exactly: maybe(one([], ["numbers"], ["ips"])),
  new_name: maybe(names),
  options: one<Record<string, unknown> | undefined>(
    ...[undefined, { daily_spend_limit: "60.00" }, { daily_spend_limit: "500.00" }, { outbound_voice_profile: "open" }],
    { outbound_voice_profile: "capped", encrypted_media: "none" },
  ),
});

const telnyx = (tool: string, trunk: number, given: Record<string, unknown>): Move => ({
  tool,
  provider: "telnyx",
  trunk,
  args: { connection_id: TRUNK, ...given },
});
const profile = (given: Record<string, unknown>): Move => ({
  tool: "telnyx_update_outbound_voice_profile",
  provider: "telnyx",
  args: { outbound_voice_profile_id: "capped", ...given },
});

/** Ways round a rule that looks at one call only. */
export const telnyxDetours: Move[][] = [
  [telnyx("telnyx_update_connection", 0, { active: false }), telnyx("telnyx_update_connection", 0, { active: true })],
  [telnyx("telnyx_update_connection", 0, { connection_name: "old_test" }), telnyx("telnyx_delete_connection", 0, {})],
  [
    telnyx("telnyx_update_connection", 0, { outbound: { ani_override: "none" } }),
    telnyx("telnyx_add_address", 0, { ip_address: "52.66.1.1" }),
  ],
  // The profile of a connection grows behind it.
  [profile({ daily_spend_limit: "20.00" }), profile({ daily_spend_limit: "49.00" })],
  [profile({ whitelisted_destinations: ["US"] }), profile({ whitelisted_destinations: ["JM", "US"] })],
  [
    telnyx("telnyx_update_connection", 1, { outbound_voice_profile_id: "open" }),
    telnyx("telnyx_update_connection", 0, { outbound: { ani_override: "none" } }),
  ],
];
