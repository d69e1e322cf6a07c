import { expect } from "vitest";
import { defineContract, type Operation, type Scene, type Step } from "./contract.ts";

const path = (method: string) => `/twirp/livekit.SIP/${method}`;
const id = (scene: Scene) => scene["trunk_id"] ?? "";
const onTrunk = (scene: Scene) => ({ trunk_id: id(scene) });
const rule = (scene: Scene) => scene["dispatch_rule_id"] ?? "";
const snapshot = { snapshot_id: expect.stringMatching(/^snap_/) };
const number = "+33144556677";
const password = "Sent1Once2Only3Here4abcd";

const inboundArguments = { name: "in", numbers: [number], allowed_addresses: ["46.19.210.14"], media_encryption: "allow" };
const outboundArguments = {
  ...{ name: "out", address: "sip.example.com:443", transport: "tls", numbers: [number] },
  ...{ auth_username: "user2", auth_password: password, destination_country: "in", media_encryption: "require" },
};

const made = (value: { trunk: { trunk_id: string; trunk_name: string } }) => ({
  trunk_id: value.trunk.trunk_id,
  trunk_name: value.trunk.trunk_name,
});
const inbound: Step = { tool: "livekit_create_inbound_trunk", arguments: () => inboundArguments, keep: made };
const outbound: Step = { tool: "livekit_create_outbound_trunk", arguments: () => outboundArguments, keep: made };
const ruleArguments = (scene: Scene) => ({
  ...{ name: "to-agent", trunk_ids: [id(scene)], rule_type: "individual", room_prefix: "call" },
  agents: [{ agent_name: "front-desk" }],
});
const dispatchRule: Step = {
  tool: "livekit_create_dispatch_rule",
  arguments: ruleArguments,
  keep: (value) => ({ dispatch_rule_id: value.dispatch_rule.dispatch_rule_id, trunk_name: value.dispatch_rule.name }),
};

const listed = (rows: (scene: Scene) => object[]) => ({
  tool: "list_trunks",
  arguments: () => ({}),
  rows: (scene: Scene) => ({ trunks: rows(scene) }),
});
const none = listed(() => []);
const called = (name: string) => listed(() => [{ provider: "livekit", trunk_name: name }]);
const rules = (rows: (scene: Scene) => object[]) => ({
  tool: "livekit_list_dispatch_rules",
  arguments: () => ({}),
  rows: (scene: Scene) => ({ dispatch_rules: rows(scene) }),
});
const noRule = rules(() => []);
const oneRule = rules(() => [{ name: "to-agent" }]);

const reads: Operation[] = [
  {
    tool: "list_trunks",
    scene: [inbound],
    arguments: () => ({}),
    reads: true,
    request: () => ({ method: "POST", path: path("ListSIPInboundTrunk"), body: { page: { limit: 50 } } }),
    result: (scene) => ({ trunks: [{ provider: "livekit", trunk_id: id(scene), trunk_name: "in" }] }),
  },
  {
    tool: "get_trunk",
    scene: [inbound],
    arguments: onTrunk,
    reads: true,
    request: (scene) => ({ method: "POST", path: path("GetSIPInboundTrunk"), body: { sip_trunk_id: id(scene) } }),
    result: (scene) => ({
      trunk: {
        ...{ provider: "livekit", trunk_id: id(scene), auth_type: "ip" },
        phone_numbers: [{ phone_number: number }],
        whitelisted_ips: [{ ip: "46.19.210.14", mask: 32 }],
        attributes: { direction: "inbound", media_encryption: "allow" },
      },
    }),
  },
  {
    tool: "livekit_list_dispatch_rules",
    scene: [inbound, dispatchRule],
    arguments: () => ({}),
    reads: true,
    request: () => ({ method: "POST", path: path("ListSIPDispatchRule"), body: { page: { limit: 100 } } }),
    result: (scene) => ({ dispatch_rules: [{ dispatch_rule_id: rule(scene), name: "to-agent", agents: ["front-desk"] }] }),
  },
];

const { media_encryption: _, ...plainInbound } = inboundArguments;
const newInbound: Operation = {
  tool: "livekit_create_inbound_trunk",
  arguments: inbound.arguments,
  request: () => ({
    method: "POST",
    path: path("CreateSIPInboundTrunk"),
    body: { trunk: { ...plainInbound, media: { encryption: "SIP_MEDIA_ENCRYPT_ALLOW" } } },
  }),
  result: () => ({ trunk: { provider: "livekit", trunk_name: "in" } }),
  proof: { ...called("in"), done: called("in").rows, undone: none.rows },
};
const { media_encryption: __, transport: ___, ...plainOutbound } = outboundArguments;
const newOutbound: Operation = {
  tool: "livekit_create_outbound_trunk",
  arguments: outbound.arguments,
  request: () => ({
    method: "POST",
    path: path("CreateSIPOutboundTrunk"),
    body: { trunk: { ...plainOutbound, transport: "SIP_TRANSPORT_TLS", media: { encryption: "SIP_MEDIA_ENCRYPT_REQUIRE" } } },
  }),
  result: () => ({ trunk: { provider: "livekit", trunk_name: "out" }, credentials: { user_name: "user2" } }),
  proof: { ...called("out"), done: called("out").rows, undone: none.rows },
};
const bothOut = listed(() => [{ trunk_name: "out" }, { trunk_name: "out" }]);

const writes: Operation[] = [
  newInbound,
  // A login with a password of ours.
  {
    ...newInbound,
    arguments: () => ({ name: "in", numbers: [number], auth_username: "carrier" }),
    request: () => ({
      method: "POST",
      path: path("CreateSIPInboundTrunk"),
      body: {
        trunk: { name: "in", numbers: [number], auth_username: "carrier", auth_password: expect.stringMatching(/^[A-Za-z0-9]{24}$/) },
      },
    }),
    result: () => ({
      trunk: { trunk_name: "in", auth_type: "credentials" },
      credentials: { user_name: "carrier", secret_ref: expect.stringMatching(/^secret:livekit\/ST_\w+\/sip$/) },
    }),
  },
  newOutbound,
  // Nothing at LiveKit keeps two outbound trunks from being alike: one that is there already must not be taken for the new one.
  { ...newOutbound, scene: [outbound], proof: { ...bothOut, done: bothOut.rows, undone: called("out").rows } },
  {
    tool: "livekit_update_inbound_trunk",
    scene: [inbound],
    arguments: (scene) => ({ ...onTrunk(scene), numbers: ["+33144556678"], allowed_numbers: ["+37061498222"], name: "renamed" }),
    request: (scene) => ({
      method: "POST",
      path: path("UpdateSIPInboundTrunk"),
      body: {
        sip_trunk_id: id(scene),
        update: { numbers: { set: ["+33144556678"] }, allowed_numbers: { set: ["+37061498222"] }, name: "renamed" },
      },
    }),
    result: (scene) => ({ trunk: { trunk_id: id(scene), trunk_name: "renamed", phone_numbers: [{ phone_number: "+33144556678" }] } }),
    proof: { ...called("renamed"), done: called("renamed").rows, undone: called("in").rows },
  },
  // A field that LiveKit changes only with all others.
  {
    tool: "livekit_update_inbound_trunk",
    scene: [inbound],
    arguments: (scene) => ({ ...onTrunk(scene), krisp_enabled: true }),
    request: (scene) => ({
      method: "POST",
      path: path("UpdateSIPInboundTrunk"),
      body: {
        sip_trunk_id: id(scene),
        replace: expect.objectContaining({ name: "in", numbers: [number], allowed_addresses: ["46.19.210.14"], krisp_enabled: true }),
      },
    }),
    result: (scene) => ({ trunk: { trunk_id: id(scene), attributes: { krisp_enabled: true, media_encryption: "allow" } } }),
    proof: {
      tool: "get_trunk",
      arguments: onTrunk,
      done: () => ({ trunk: { attributes: { krisp_enabled: true, media_encryption: "allow" } } }),
      undone: () => ({ trunk: { attributes: expect.not.objectContaining({ krisp_enabled: true }) } }),
    },
  },
  {
    tool: "livekit_update_outbound_trunk",
    scene: [outbound],
    arguments: (scene) => ({ ...onTrunk(scene), destination_country: "us", media_encryption: "allow" }),
    request: (scene) => ({
      method: "POST",
      path: path("UpdateSIPOutboundTrunk"),
      body: {
        sip_trunk_id: id(scene),
        update: {
          destination_country: "us",
          media: { only_listed_codecs: false, codecs: [], encryption: "SIP_MEDIA_ENCRYPT_ALLOW", media_timeout: null },
        },
      },
    }),
    result: (scene) => ({ trunk: { trunk_id: id(scene), attributes: { destination_country: "us", media_encryption: "allow" } } }),
    proof: {
      tool: "get_trunk",
      arguments: onTrunk,
      done: () => ({ trunk: { attributes: { destination_country: "us", media_encryption: "allow" } } }),
      undone: () => ({ trunk: { attributes: { destination_country: "in", media_encryption: "require" } } }),
    },
  },
  {
    tool: "livekit_delete_trunk",
    scene: [inbound],
    arguments: onTrunk,
    request: (scene) => ({ method: "POST", path: path("DeleteSIPTrunk"), body: { sip_trunk_id: id(scene) } }),
    result: (scene) => ({ removed: true, ...onTrunk(scene), ...snapshot }),
    proof: { ...called("in"), done: none.rows, undone: called("in").rows },
  },
  {
    tool: "livekit_create_dispatch_rule",
    scene: [inbound],
    arguments: ruleArguments,
    request: (scene) => ({
      method: "POST",
      path: path("CreateSIPDispatchRule"),
      body: {
        dispatch_rule: {
          ...{ name: "to-agent", trunk_ids: [id(scene)] },
          rule: { dispatch_rule_individual: { room_prefix: "call" } },
          room_config: { agents: [{ agent_name: "front-desk" }] },
        },
      },
    }),
    result: (scene) => ({
      dispatch_rule: { name: "to-agent", trunk_ids: [id(scene)], rule_type: "individual", room_prefix: "call", agents: ["front-desk"] },
    }),
    proof: { ...oneRule, done: oneRule.rows, undone: noRule.rows },
  },
  {
    tool: "livekit_update_dispatch_rule",
    scene: [inbound, dispatchRule],
    arguments: (scene) => ({ dispatch_rule_id: rule(scene), room_prefix: "desk" }),
    request: (scene) => ({
      method: "POST",
      path: path("UpdateSIPDispatchRule"),
      body: {
        sip_dispatch_rule_id: rule(scene),
        update: { rule: { dispatch_rule_individual: { room_prefix: "desk", pin: "", no_randomness: false } } },
      },
    }),
    result: (scene) => ({ dispatch_rule: { dispatch_rule_id: rule(scene), room_prefix: "desk", agents: ["front-desk"] } }),
    proof: {
      ...oneRule,
      done: () => ({ dispatch_rules: [{ room_prefix: "desk", agents: ["front-desk"] }] }),
      undone: () => ({ dispatch_rules: [{ room_prefix: "call", agents: ["front-desk"] }] }),
    },
  },
  // The agents are LiveKit's to change only with all the rest of a rule.
  {
    tool: "livekit_update_dispatch_rule",
    scene: [inbound, dispatchRule],
    arguments: (scene) => ({ dispatch_rule_id: rule(scene), agents: [{ agent_name: "night-desk" }] }),
    request: (scene) => ({
      method: "POST",
      path: path("UpdateSIPDispatchRule"),
      body: {
        sip_dispatch_rule_id: rule(scene),
        replace: expect.objectContaining({
          trunk_ids: [id(scene)],
          rule: { dispatch_rule_individual: { room_prefix: "call", pin: "", no_randomness: false } },
          room_config: expect.objectContaining({ agents: [{ agent_name: "night-desk" }] }),
        }),
      },
    }),
    result: (scene) => ({ dispatch_rule: { dispatch_rule_id: rule(scene), room_prefix: "call", agents: ["night-desk"] } }),
    proof: {
      ...oneRule,
      done: () => ({ dispatch_rules: [{ agents: ["night-desk"] }] }),
      undone: () => ({ dispatch_rules: [{ agents: ["front-desk"] }] }),
    },
  },
  {
    tool: "livekit_delete_dispatch_rule",
    scene: [inbound, dispatchRule],
    arguments: (scene) => ({ dispatch_rule_id: rule(scene) }),
    request: (scene) => ({ method: "POST", path: path("DeleteSIPDispatchRule"), body: { sip_dispatch_rule_id: rule(scene) } }),
    result: (scene) => ({ removed: true, dispatch_rule_id: rule(scene), ...snapshot }),
    proof: { ...oneRule, done: noRule.rows, undone: oneRule.rows },
  },
];

export default defineContract({ operations: () => [...reads, ...writes] });
