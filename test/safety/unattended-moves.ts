import fc from "fast-check";
import { exactParts } from "../../src/core/carrier/setup.ts";
import {
  type Args,
  addresses,
  args,
  EVIL,
  type Move,
  maybe,
  names,
  networks,
  OWN_NUMBER,
  one,
  pair,
  ROW,
  TRUNK,
  without,
} from "./drawing.ts";
import { inGoals, inLogins, inNames, ownDids } from "./inbound-draws.ts";
import type { ProviderId } from "./read-account.ts";
import { twilioArguments, twilioDetours, twilioPlan } from "./twilio-moves.ts";
import { telnyxArguments, telnyxDetours, telnyxPlans } from "./unattended-telnyx.ts";

/** Passwords that a model wrote itself. */
export const plainPasswords = ["ModelKnowsThis1", "model_wrote_this"];
export const environment = {
  TRUNKLINE_SECRET_SIP: "OperatorKeeps1",
  TRUNKLINE_SECRET_TWILIO: "operator_keeps_2",
  TRUNKLINE_SECRET_STRONG: "Operator_keeps_3",
};

const numbers = one("+918044319240", "+918044319241", "+918044319242", "+918044319299");
/** The same as a person says them. */
const said = numbers.map((number) => number.replace(/^\+91(\d\d)/, "0$1 "));
const destinations = one("sip.example.com:5061;transport=tls", "pbx.example.com:5061;transport=tls", `${EVIL}:5061;transport=tls`);
const mode = one("pstn", "flow");
const logins = one("sip", "bot", "desk", "guest");
const cidrs = one(
  ...["44.248.146.11", "44.248.146.12", "44.248.146.0/28", "44.248.146.16/28", "44.248.0.0/20", "52.66.1.1", "52.66.1.2"],
  ...["2600:1f18::/64", "2600:1f18:0:1::/64", "2600:1f18::/32"],
);
const lists = fc.oneof(
  fc.uniqueArray(cidrs, { maxLength: 3 }),
  fc.constant(networks.map((network) => `${network}/28`)),
  fc.constant(Array.from({ length: 17 }, (_, index) => `44.248.148.${index}`)),
);
const prefixes = one(["1", "2", "3", "4", "5", "6", "7", "8", "9"], ["44"], ["44", "1"], ["441"], []);

const ten = "7a6c177d-a054-4c75-9b4c-b1596ed6fa25";
const dids = one([], [ten], ["7de7f718-4042-4d74-9fe9-863fa1777520"], [ten, "eeda315a-f016-4945-a3a9-bafc24302cdd"]);

/** One to three attributes of a DIDWW trunk: with more of them nearly every call would be held. */
const attributes = fc
  .uniqueArray(
    fc.oneof(
      pair("allowed_sip_ips", lists),
      pair("threshold_amount", one("50.0", "99.0", "100.5", "3000.0", "3000.01", "100000.0", "")),
      pair("capacity_limit", one(0, 5, 11, 32_767)),
      pair("status", one("active", "blocked")),
      pair("default_dst_action", one("allow_all", "reject_all")),
      pair("dst_prefixes", prefixes),
      pair("media_encryption_mode", one("disabled", "srtp_sdes", "zrtp")),
      pair("callback_url", one(`https://${EVIL}/cdr`, "https://example.com/cdr", "")),
      pair("on_cli_mismatch_action", one("reject_call", "replace_cli", "send_original_cli")),
      pair("allow_any_did_as_cli", fc.boolean()),
      pair("dids", dids),
      pair("name", names),
    ),
    { minLength: 1, maxLength: 3, selector: ([name]) => name },
  )
  .map((pairs) => Object.fromEntries(pairs) as Record<string, unknown>);

const vyomConfig = fc.oneof(
  fc.record({
    trunk_type: fc.constant("twilio"),
    trunk_config: fc.record({
      address: one("example.pstn.twilio.com", EVIL, "52.66.1.1"),
      numbers: fc.constant(["+14155552671"]),
      username: fc.constant("AC0123"),
      password: one("env:TRUNKLINE_SECRET_TWILIO", "model_wrote_this"),
    }),
  }),
  fc.constant({ trunk_type: "exotel", trunk_config: { exotel_number: "+918044319243" } }),
);

const encryptions = one("disable", "allow", "require");
const passwords = one("env:TRUNKLINE_SECRET_SIP", "ModelKnowsThis1");
const agents = one([], [{ agent_name: "front-desk" }], [{ agent_name: "stranger" }]);
const someNumbers = one([], ["+918044319240"], ["+918044319242"], ["+918044319242", "+918044319299"]);

const onTrunk = (fields: Record<string, fc.Arbitrary<unknown> | string> = {}) => args({ trunk_sid: TRUNK, ...fields });

/** Arguments of every tool that writes, that widen, replace, rename and remove. */
export const argumentsOf: Record<string, Args> = {
  ...twilioArguments,
  exotel_create_trunk: args({ trunk_name: names }),
  exotel_update_trunk: onTrunk({ trunk_name: names }),
  exotel_delete_trunk: fc.oneof(onTrunk(), args({ trunk_sid: said }), onTrunk({ only_if: one({ numbers: 0 }, { numbers: 1 }) })),
  exotel_map_phone_number: onTrunk({ phone_number: numbers, mode: maybe(mode) }),
  exotel_update_phone_number: fc.oneof(
    onTrunk({ phone_number_id: ROW, phone_number: fc.oneof(fc.constant(OWN_NUMBER), numbers), mode }),
    args({ phone_number: said, mode }),
  ),
  exotel_unmap_phone_number: fc.oneof(onTrunk({ phone_number_id: ROW }), onTrunk({ phone_number: said }), args({ phone_number: said })),
  exotel_whitelist_ip: onTrunk({ ip: addresses, mask: one(32, 32, 30, 29, 28, 27, 24, 16) }),
  exotel_remove_whitelisted_ip: fc.oneof(
    onTrunk({ whitelisted_ip_id: ROW }),
    onTrunk({ ip: addresses, mask: maybe(one(32, 28)) }),
    args({ trunk_sid: said, ip: addresses }),
  ),
  exotel_add_destination_uris: onTrunk({
    destinations: fc.array(
      destinations.map((destination) => ({ destination })),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  exotel_remove_destination_uri: fc.oneof(
    onTrunk({ destination_uri_id: ROW }),
    onTrunk({ destination: destinations.map((one) => one.replace(/:.*/, "")) }),
  ),
  exotel_create_credentials: onTrunk({
    user_name: logins,
    password: maybe(one("env:TRUNKLINE_SECRET_SIP", "ModelKnowsThis1")),
  }),
  exotel_delete_credentials: fc.oneof(onTrunk({ credential_id: ROW }), onTrunk({ user_name: logins })),
  exotel_set_trunk_alias: onTrunk({ alias: numbers }),
  exotel_remove_trunk_alias: onTrunk(),
  didww_create_voice_out_trunk: fc
    .tuple(
      attributes,
      names,
      one(
        { allowed_sip_ips: ["44.248.146.11"] },
        { allowed_sip_ips: [] },
        { twilio_account_sid: "AC0123456789abcdef0123456789abcdef" },
      ) as fc.Arbitrary<Record<string, unknown>>,
    )
    .map(([drawn, name, login]) => ({
      on_cli_mismatch_action: "reject_call",
      ...login,
      ...("twilio_account_sid" in login ? without(drawn, "allowed_sip_ips") : drawn),
      name,
    })),
  didww_update_voice_out_trunk: attributes.map((drawn) => ({ trunk_id: TRUNK, ...drawn })),
  didww_regenerate_credentials: args({ trunk_id: TRUNK }),
  didww_delete_voice_out_trunk: args({ trunk_id: TRUNK }),
  didww_create_voice_in_trunk: fc.tuple(inNames, inGoals, inLogins).map(([name, goal, login]) => ({ name, ...goal, ...login })),
  didww_update_voice_in_trunk: fc.tuple(inGoals, inLogins).map(([goal, login]) => ({ trunk_id: TRUNK, ...goal, ...login })),
  didww_delete_voice_in_trunk: args({ trunk_id: TRUNK }),
  // A model may say by itself where a number goes now: the server looks.
  didww_route_did: fc
    .tuple(ownDids, one({ trunk_id: TRUNK }, { unroute: true }))
    .map(([phone_number, to]) => ({ phone_number, ...to, now_at: "nowhere" })),
  vyom_create_outbound_trunk: fc.tuple(names, vyomConfig, maybe(one(`https://${EVIL}/hook`))).map(([trunk_name, config, hook]) => ({
    trunk_name,
    ...config,
    ...(hook === undefined ? {} : { passthrough_mode: true, passthrough_webhook_url: hook }),
  })),
  vyom_deactivate_trunk: args({ trunk_id: TRUNK }),
  livekit_create_inbound_trunk: args({
    name: names,
    numbers: someNumbers,
    allowed_addresses: maybe(lists),
    allowed_numbers: maybe(one(["+918044319251"])),
    auth_username: maybe(logins),
    media_encryption: maybe(encryptions),
  }),
  livekit_update_inbound_trunk: args({
    trunk_id: TRUNK,
    name: maybe(names),
    numbers: maybe(someNumbers),
    allowed_addresses: maybe(lists),
    allowed_numbers: maybe(one([], ["+918044319250"], ["+918044319251"])),
    auth_username: maybe(fc.oneof(logins, fc.constant("none"))),
    auth_password: maybe(passwords),
    media_encryption: maybe(encryptions),
    krisp_enabled: maybe(fc.boolean()),
  }),
  livekit_create_outbound_trunk: args({
    name: names,
    address: one("sip.example.com", EVIL),
    transport: one("tls", "tcp"),
    numbers: one(["+918044319240"], ["*"]),
    ...{ auth_username: maybe(logins), auth_password: maybe(passwords), media_encryption: maybe(encryptions) },
  }),
  livekit_update_outbound_trunk: args({
    trunk_id: TRUNK,
    name: maybe(names),
    address: maybe(one("sip.example.com:5061", EVIL)),
    transport: maybe(one("tls", "tcp")),
    numbers: maybe(one(["+918044319240"], ["+918044319240", "+918044319241"], ["*"])),
    ...{ auth_username: maybe(logins), auth_password: maybe(passwords), media_encryption: maybe(encryptions) },
    destination_country: maybe(one("in", "us")),
  }),
  livekit_delete_trunk: args({ trunk_id: fc.oneof(fc.constant(TRUNK), said) }),
  livekit_create_dispatch_rule: args({
    name: names,
    trunk_ids: one(["prod"], ["old_test"], ["old_test"], []),
    rule_type: one("individual", "callee"),
    room_prefix: maybe(one("call", "other")),
    agents: maybe(agents),
    pin: maybe(one("env:TRUNKLINE_SECRET_SIP")),
  }),
  livekit_update_dispatch_rule: args({
    dispatch_rule_id: ROW,
    name: maybe(names),
    trunk_ids: maybe(one(["prod"], ["old_test"], [])),
    room_prefix: maybe(one("call", "other")),
    agents: maybe(agents),
    pin: maybe(one("none", "env:TRUNKLINE_SECRET_SIP")),
  }),
  livekit_delete_dispatch_rule: args({ dispatch_rule_id: ROW }),
  ...telnyxArguments,
  export_pbx_config: args({
    trunk_id: TRUNK,
    format: one("asterisk", "json"),
    folder: one("pbx", "other"),
    gateway: maybe(fc.constant(`${EVIL}:5061;transport=tls`)),
  }),
  // Any kind of plan; the first is one that a quick start makes.
  apply_plan: fc.oneof(
    args({
      ...{ provider: "exotel", use_case: "outbound" },
      trunk: names,
      numbers: one(["+918044319242"], ["+918044319299"]),
      ips: addresses.map((ip) => [ip]),
    }),
    args({
      provider: "exotel",
      use_case: one("outbound", "inbound", "voice_ai"),
      trunk: names,
      numbers: maybe(fc.uniqueArray(numbers, { maxLength: 2 })),
      ips: maybe(fc.uniqueArray(addresses, { maxLength: 3 }).map((all) => all.map((ip) => `${ip}/${ip.endsWith("1") ? 32 : 28}`))),
      destinations: maybe(fc.uniqueArray(destinations, { maxLength: 2 })),
      credentials: maybe(fc.uniqueArray(logins, { maxLength: 3 })),
      alias: maybe(numbers),
    }),
    // Changes of a trunk that is there: what comes over from another, is replaced, described whole, switched, renamed.
    args({
      provider: "exotel",
      trunk: names,
      numbers: maybe(fc.uniqueArray(numbers, { maxLength: 3 })),
      ips: maybe(fc.uniqueArray(addresses, { maxLength: 2 })),
      remove: maybe(fc.uniqueArray(fc.oneof(numbers, addresses, destinations, logins), { maxLength: 3 })),
      exactly: maybe(fc.uniqueArray(one(...exactParts), { maxLength: 3 })),
      new_name: maybe(names),
      expect_alias: maybe(numbers),
      options: maybe(mode.map((value) => ({ mode: value }))),
    }),
    args({
      provider: "didww",
      trunk: names,
      ips: maybe(fc.uniqueArray(cidrs, { maxLength: 3 })),
      remove: maybe(fc.uniqueArray(cidrs, { maxLength: 2 })),
      exactly: maybe(one([], ["ips"])),
      new_name: maybe(names),
    }),
    args({
      provider: "didww",
      use_case: "outbound",
      trunk: names,
      ips: maybe(fc.uniqueArray(cidrs, { maxLength: 3 })),
      options: maybe(planned()),
    }),
    args({
      provider: "didww",
      use_case: one("inbound"),
      trunk: inNames,
      numbers: maybe(fc.uniqueArray(ownDids, { maxLength: 2 })),
      destinations: maybe(one(["sip.example.com:5061;transport=tls"], [`${EVIL}:5061;transport=tls`])),
      remove: maybe(fc.uniqueArray(ownDids, { maxLength: 1 })),
      exactly: maybe(one([], ["numbers"])),
      options: maybe(one({ ringing_timeout: 20 }, { enabled_sip_registration: true })),
    }),
    args({
      provider: "livekit",
      use_case: maybe(one("inbound", "outbound")),
      trunk: names,
      numbers: maybe(someNumbers),
      ips: maybe(fc.uniqueArray(cidrs, { maxLength: 2 })),
      destinations: maybe(one(["sip.example.com:5061;transport=tls"], [`${EVIL}:5061;transport=tls`])),
      credentials: maybe(logins.map((login) => [login])),
      exactly: maybe(one([], ["ips"], ["numbers"])),
      options: maybe(one({ agent_name: "front-desk" }, { auth_password: "env:TRUNKLINE_SECRET_SIP" }, { media_encryption: "disable" })),
    }),
    twilioPlan,
    fc.tuple(names, vyomConfig).map(([trunk, options]) => ({ provider: "vyom", use_case: "outbound", trunk, options })),
  ),
};

function planned(): Args {
  return attributes.map((drawn) => ({ on_cli_mismatch_action: "reject_call", ...without(without(drawn, "allowed_sip_ips"), "name") }));
}

function carrierOf(tool: string): ProviderId | undefined {
  return (["exotel", "didww", "vyom", "livekit", "telnyx", "twilio"] as const).find((provider) => tool.startsWith(provider));
}

function moveOf(tool: string, draw: Args, provider: ProviderId): fc.Arbitrary<Move> {
  const plans = tool === "apply_plan" ? one(undefined, undefined, "prune", "undo") : fc.constant(undefined);
  return fc.tuple(fc.nat(3), fc.nat(2), draw, plans).map(
    ([trunk, row, drawn, way]): Move => ({
      tool,
      provider,
      ...(JSON.stringify(drawn).includes(TRUNK) ? { trunk } : {}),
      ...(JSON.stringify(drawn).includes(ROW) ? { row } : {}),
      args: drawn,
      ...(way === undefined ? {} : { way: way as "prune" | "undo" }),
    }),
  );
}

function plansOf(draw: Args, provider: ProviderId): Args {
  return provider === "telnyx" ? telnyxPlans : draw.filter((drawn) => drawn["provider"] === provider);
}

const single = (provider: ProviderId) =>
  fc.oneof(
    ...Object.entries(argumentsOf)
      .filter(([tool]) => (carrierOf(tool) ?? provider) === provider)
      .map(([tool, draw]) => moveOf(tool, tool === "apply_plan" ? plansOf(draw, provider) : draw, provider)),
  );

const exotel = (tool: string, trunk: number, given: Record<string, unknown>, row?: number): Move => ({
  tool,
  provider: "exotel",
  trunk,
  ...(row === undefined ? {} : { row }),
  args: { trunk_sid: TRUNK, ...given },
});
const didww = (given: Record<string, unknown>): Move => ({
  tool: "didww_update_voice_out_trunk",
  provider: "didww",
  trunk: 0,
  args: { trunk_id: TRUNK, ...given },
});

const livekit = (tool: string, given: Record<string, unknown>): Move => ({
  tool,
  provider: "livekit",
  // The last of those that are there from the start is the way out.
  trunk: tool.includes("outbound") ? 2 : 0,
  ...("dispatch_rule_id" in given ? { row: 0 } : {}),
  args: tool.endsWith("_trunk") ? { trunk_id: TRUNK, ...given } : given,
});

/** Ways round a rule that looks at one call only. */
const detours: Record<ProviderId, Move[][]> = {
  exotel: [
    networks.map((ip) => exotel("exotel_whitelist_ip", 1, { ip, mask: 28 })),
    ["sip", "bot", "desk"].map((user_name) => exotel("exotel_create_credentials", 1, { user_name })),
    [exotel("exotel_update_trunk", 0, { trunk_name: "old_test" }), exotel("exotel_delete_trunk", 0, {})],
    [exotel("exotel_update_phone_number", 0, { phone_number_id: ROW, phone_number: "+918044319299", mode: "pstn" }, 0)],
    [
      exotel("exotel_update_trunk", 0, { trunk_name: "old_test" }),
      exotel("exotel_remove_whitelisted_ip", 0, { whitelisted_ip_id: ROW }, 0),
    ],
  ],
  didww: [
    [didww({ allowed_sip_ips: ["52.66.1.1"] })],
    [didww({ default_dst_action: "reject_all", dst_prefixes: ["1", "2", "3", "4", "5", "6", "7", "8", "9"] })],
    [didww({ status: "blocked" }), didww({ status: "active" })],
    [didww({ threshold_amount: "50.0" }), didww({ threshold_amount: "100.0" })],
    [didww({ callback_url: `https://${EVIL}/cdr`, media_encryption_mode: "disabled", threshold_amount: "99.0" })],
  ],
  vyom: [[]],
  twilio: twilioDetours,
  livekit: [
    [livekit("livekit_update_inbound_trunk", { auth_username: "none" })],
    [livekit("livekit_update_inbound_trunk", { auth_username: "none", allowed_addresses: ["44.248.146.11"] })],
    [livekit("livekit_update_dispatch_rule", { dispatch_rule_id: ROW, agents: [{ agent_name: "stranger" }] })],
    [
      livekit("livekit_create_dispatch_rule", {
        name: "all",
        trunk_ids: [],
        rule_type: "individual",
        agents: [{ agent_name: "stranger" }],
      }),
    ],
    [livekit("livekit_delete_dispatch_rule", { dispatch_rule_id: ROW })],
    [livekit("livekit_update_outbound_trunk", { destination_country: "us" })],
  ],
  telnyx: telnyxDetours,
};

/** Single calls, and between them a way round. */
export function script(provider: ProviderId, most: number): fc.Arbitrary<Move[]> {
  const few = fc.array(single(provider), { maxLength: most });
  return fc.tuple(few, fc.oneof(fc.constant<Move[]>([]), one(...detours[provider])), few).map((parts) => parts.flat());
}
