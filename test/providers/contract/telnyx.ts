import { expect } from "vitest";
import { defineContract, type Operation, type Scene, type Step } from "./contract.ts";

const name = "contract trunk";
const number = "+13125550141";
const ip = "203.0.113.50";
const fqdn = "sip.example.com";
const profileName = "contract profile";

const id = (scene: Scene) => scene["connection_id"] ?? "";
const row = (scene: Scene) => scene["row_id"] ?? "";
const numberId = (scene: Scene) => scene["number_id"] ?? "";
const profileId = (scene: Scene) => scene["profile_id"] ?? "";
const onTrunk = (scene: Scene) => ({ connection_id: id(scene) });
const snapshot = { snapshot_id: expect.stringMatching(/^snap_/) };
const tags = [expect.stringMatching(/^trunkline-[0-9a-f-]{36}$/)];

const made = (type: string, fields: object = {}): Step => ({
  tool: "telnyx_create_connection",
  arguments: () => ({ connection_name: name, connection_type: type, ...fields }),
  keep: (value) => ({ connection_id: value.trunk.trunk_id, trunk_name: value.trunk.trunk_name }),
});
const ipTrunk = made("ip");
const fqdnTrunk = made("fqdn");
const loginTrunk = made("credential", { user_name: "contract", password: "Sesame1opens2" });
const withAddress: Step = {
  tool: "telnyx_add_address",
  arguments: (scene) => ({ ...onTrunk(scene), ip_address: ip }),
  keep: (value) => ({ row_id: value.address.address_id }),
};
const withHost: Step = { ...withAddress, arguments: (scene) => ({ ...onTrunk(scene), fqdn, port: 5061 }) };
const assigned: Step = {
  tool: "telnyx_assign_phone_number",
  arguments: (scene) => ({ ...onTrunk(scene), phone_number: number }),
  keep: (value) => ({ number_id: value.phone_number.phone_number_id }),
};
const unassigned: Step = {
  tool: "telnyx_unassign_phone_number",
  arguments: (scene) => ({ ...onTrunk(scene), phone_number_id: numberId(scene) }),
};
const listedNumbers: Step = {
  tool: "telnyx_list_phone_numbers",
  arguments: () => ({}),
  keep: ({ phone_numbers }) => ({
    number_id: phone_numbers.find((one: { phone_number: string }) => one.phone_number === number).phone_number_id,
  }),
};
const profile: Step = {
  tool: "telnyx_create_outbound_voice_profile",
  arguments: () => ({ name: profileName }),
  keep: (value) => ({ profile_id: value.outbound_voice_profile.outbound_voice_profile_id }),
};

const listing = (rows: (scene: Scene) => object[]) => ({
  tool: "list_trunks",
  arguments: () => ({}),
  rows: (scene: Scene) => ({ trunks: rows(scene) }),
});
const none = listing(() => []);
const one = listing(() => [{ provider: "telnyx", trunk_name: name, status: "active" }]);
const reading = (done: (scene: Scene) => object, undone: (scene: Scene) => object) => ({
  tool: "get_trunk",
  arguments: (scene: Scene) => ({ trunk_id: id(scene) }),
  done: (scene: Scene) => ({ trunk: done(scene) }),
  undone: (scene: Scene) => ({ trunk: undone(scene) }),
});

const reads: Operation[] = [
  {
    tool: "list_trunks",
    scene: [ipTrunk],
    arguments: () => ({}),
    request: () => ({ method: "GET", path: "/v2/connections", query: { "page[number]": "1", "page[size]": "50" } }),
    result: (scene) => ({ trunks: [{ provider: "telnyx", trunk_id: id(scene), trunk_name: name, status: "active" }] }),
  },
  {
    tool: "get_trunk",
    scene: [loginTrunk, assigned],
    arguments: (scene) => ({ trunk_id: id(scene) }),
    request: (scene) => ({ method: "GET", path: `/v2/connections/${id(scene)}` }),
    result: (scene) => ({
      trunk: {
        provider: "telnyx",
        trunk_id: id(scene),
        auth_type: "credential",
        phone_numbers: [{ phone_number: number }],
        credentials: [{ user_name: "contract", secret_ref: `secret:telnyx/${id(scene)}/sip` }],
      },
    }),
  },
  {
    tool: "telnyx_list_phone_numbers",
    scene: [ipTrunk, assigned],
    arguments: onTrunk,
    request: (scene) => ({
      method: "GET",
      path: "/v2/phone_numbers",
      query: { "filter[connection_id]": id(scene), "page[number]": "1", "page[size]": "50" },
    }),
    result: (scene) => ({ phone_numbers: [{ phone_number: number, connection_id: id(scene) }], next_cursor: null }),
  },
  {
    tool: "telnyx_list_outbound_voice_profiles",
    scene: [profile],
    arguments: () => ({}),
    request: () => ({ method: "GET", path: "/v2/outbound_voice_profiles", query: { "page[number]": "1", "page[size]": "50" } }),
    result: (scene) => ({
      outbound_voice_profiles: [{ outbound_voice_profile_id: profileId(scene), name: profileName, concurrent_call_limit: 10 }],
    }),
  },
];

const creation = (type: string, fields: object, body: object): Operation => ({
  tool: "telnyx_create_connection",
  arguments: made(type, fields).arguments,
  request: () => ({ method: "POST", path: `/v2/${type}_connections`, body: { connection_name: name, ...body, tags } }),
  result: () => ({ trunk: { provider: "telnyx", trunk_name: name, status: "active", auth_type: type } }),
  proof: { ...one, done: one.rows, undone: none.rows },
});
const ipCreation = creation("ip", { transport_protocol: "TLS" }, { transport_protocol: "TLS" });
const both = listing((scene) =>
  [{ trunk_name: name }, { trunk_name: name }].map((found) => ({ ...found, trunk_id: scene && expect.any(String) })),
);

const connections: Operation[] = [
  ipCreation,
  creation("fqdn", {}, { inbound: { sip_subdomain_receive_settings: "only_my_connections" } }),
  creation("credential", { user_name: "contract", password: "Sesame1opens2" }, { user_name: "contract", password: "Sesame1opens2" }),
  // Names are not unique at Telnyx: a connection that has the name already must not be taken for the new one.
  { ...ipCreation, scene: [ipTrunk], proof: { ...both, done: both.rows, undone: (scene) => ({ trunks: [{ trunk_id: id(scene) }] }) } },
  {
    tool: "telnyx_update_connection",
    scene: [ipTrunk],
    arguments: (scene) => ({ ...onTrunk(scene), inbound: { ani_number_format: "+E.164" }, encrypted_media: "SRTP" }),
    request: (scene) => ({
      method: "PATCH",
      path: `/v2/ip_connections/${id(scene)}`,
      body: { encrypted_media: "SRTP", inbound: expect.objectContaining({ ani_number_format: "+E.164", dnis_number_format: "e164" }) },
    }),
    result: (scene) => ({ trunk: { trunk_id: id(scene), attributes: { ani_number_format: "+E.164", encrypted_media: "SRTP" } } }),
    proof: reading(
      () => ({ attributes: { ani_number_format: "+E.164", encrypted_media: "SRTP", dnis_number_format: "e164" } }),
      () => ({ attributes: { ani_number_format: "E.164-national", encrypted_media: "none" } }),
    ),
  },
  {
    tool: "telnyx_delete_connection",
    scene: [ipTrunk],
    arguments: onTrunk,
    request: (scene) => ({ method: "DELETE", path: `/v2/ip_connections/${id(scene)}` }),
    result: (scene) => ({ removed: true, ...onTrunk(scene), ...snapshot }),
    proof: { ...one, done: none.rows, undone: one.rows },
  },
  {
    tool: "telnyx_set_login",
    scene: [loginTrunk],
    arguments: (scene) => ({ ...onTrunk(scene), user_name: "another1", password: "Sesame3opens4" }),
    request: (scene) => ({
      method: "PATCH",
      path: `/v2/credential_connections/${id(scene)}`,
      body: { user_name: "another1", password: "Sesame3opens4" },
    }),
    result: (scene) => ({ ...onTrunk(scene), credentials: { user_name: "another1", secret_ref: `secret:telnyx/${id(scene)}/sip` } }),
    proof: reading(
      () => ({ credentials: [{ user_name: "another1" }] }),
      () => ({ credentials: [{ user_name: "contract" }] }),
    ),
  },
  {
    tool: "telnyx_set_login",
    scene: [fqdnTrunk],
    arguments: (scene) => ({ ...onTrunk(scene), user_name: "another1", password: "Sesame3opens4" }),
    request: (scene) => ({
      method: "PATCH",
      path: `/v2/fqdn_connections/${id(scene)}/fqdn_authentication`,
      body: { user_name: "another1", password: "Sesame3opens4", fqdn_outbound_authentication: "credential-authentication" },
    }),
    result: (scene) => ({ ...onTrunk(scene), credentials: { user_name: "another1" } }),
    proof: reading(
      () => ({ credentials: [{ user_name: "another1" }] }),
      () => ({ credentials: [] }),
    ),
  },
];

const addresses: Operation[] = [
  {
    tool: "telnyx_add_address",
    scene: [ipTrunk],
    arguments: withAddress.arguments,
    request: (scene) => ({ method: "POST", path: "/v2/ips", body: { ...onTrunk(scene), ip_address: ip, port: 5060 } }),
    result: () => ({ address: { address: ip, port: 5060 } }),
    proof: reading(
      () => ({ whitelisted_ips: [{ ip, mask: 32 }], destination_uris: [{ destination: `${ip}:5060;transport=udp` }] }),
      () => ({ whitelisted_ips: [], destination_uris: [] }),
    ),
  },
  {
    tool: "telnyx_add_address",
    scene: [fqdnTrunk],
    arguments: withHost.arguments,
    request: (scene) => ({ method: "POST", path: "/v2/fqdns", body: { ...onTrunk(scene), fqdn, dns_record_type: "a", port: 5061 } }),
    result: () => ({ address: { address: fqdn, port: 5061, dns_record_type: "a" } }),
    proof: reading(
      () => ({ destination_uris: [{ destination: `${fqdn}:5061;transport=udp`, type: "a" }] }),
      () => ({ destination_uris: [] }),
    ),
  },
  {
    tool: "telnyx_remove_address",
    scene: [ipTrunk, withAddress],
    arguments: (scene) => ({ ...onTrunk(scene), address_id: row(scene) }),
    request: (scene) => ({ method: "DELETE", path: `/v2/ips/${row(scene)}` }),
    result: (scene) => ({ removed: true, ...onTrunk(scene), address_id: row(scene), ...snapshot }),
    proof: reading(
      () => ({ whitelisted_ips: [], destination_uris: [] }),
      () => ({ whitelisted_ips: [{ ip }] }),
    ),
  },
  {
    tool: "telnyx_remove_address",
    scene: [fqdnTrunk, withHost],
    arguments: (scene) => ({ ...onTrunk(scene), address: fqdn }),
    request: (scene) => ({ method: "DELETE", path: `/v2/fqdns/${row(scene)}` }),
    result: (scene) => ({ removed: true, ...onTrunk(scene), address_id: row(scene), ...snapshot }),
    proof: reading(
      () => ({ destination_uris: [] }),
      () => ({ destination_uris: [{ destination: `${fqdn}:5061;transport=udp` }] }),
    ),
  },
];

/** The value that takes a number off. An account that refuses the empty text is asked with it once. */
function numbers(nothing: "" | null): Operation[] {
  const learnt = nothing === null ? [assigned, unassigned] : [];
  return [
    {
      tool: "telnyx_assign_phone_number",
      scene: [ipTrunk, listedNumbers],
      arguments: assigned.arguments,
      request: (scene) => ({ method: "PATCH", path: `/v2/phone_numbers/${numberId(scene)}`, body: onTrunk(scene) }),
      result: () => ({ phone_number: { phone_number: number } }),
      proof: reading(
        () => ({ phone_numbers: [{ phone_number: number }] }),
        () => ({ phone_numbers: [] }),
      ),
    },
    {
      tool: "telnyx_unassign_phone_number",
      scene: [ipTrunk, ...learnt, assigned],
      arguments: (scene) => ({ ...onTrunk(scene), phone_number_id: numberId(scene) }),
      request: (scene) => ({ method: "PATCH", path: `/v2/phone_numbers/${numberId(scene)}`, body: { connection_id: nothing } }),
      result: (scene) => ({ removed: true, ...onTrunk(scene), phone_number_id: numberId(scene), ...snapshot }),
      proof: reading(
        () => ({ phone_numbers: [] }),
        () => ({ phone_numbers: [{ phone_number: number }] }),
      ),
    },
  ];
}

const profilesListed = (rows: (scene: Scene) => object[]) => ({
  tool: "telnyx_list_outbound_voice_profiles",
  arguments: () => ({}),
  rows: (scene: Scene) => ({ outbound_voice_profiles: rows(scene) }),
});

const profiles: Operation[] = [
  {
    tool: "telnyx_create_outbound_voice_profile",
    arguments: () => ({ name: profileName, daily_spend_limit: "50.00" }),
    request: () => ({
      method: "POST",
      path: "/v2/outbound_voice_profiles",
      body: { name: profileName, daily_spend_limit: "50.00", daily_spend_limit_enabled: true, concurrent_call_limit: 10, tags },
    }),
    result: () => ({ outbound_voice_profile: { name: profileName, daily_spend_limit: "50.00", concurrent_call_limit: 10 } }),
    proof: {
      ...profilesListed(() => []),
      done: profilesListed(() => [{ name: profileName, daily_spend_limit: "50.00" }]).rows,
      undone: profilesListed(() => []).rows,
    },
  },
  {
    tool: "telnyx_update_outbound_voice_profile",
    scene: [profile],
    arguments: (scene) => ({ outbound_voice_profile_id: profileId(scene), concurrent_call_limit: "5" }),
    request: (scene) => ({
      method: "PATCH",
      path: `/v2/outbound_voice_profiles/${profileId(scene)}`,
      body: { name: profileName, concurrent_call_limit: 5 },
    }),
    result: (scene) => ({ outbound_voice_profile: { outbound_voice_profile_id: profileId(scene), concurrent_call_limit: 5 } }),
    proof: {
      ...profilesListed(() => []),
      done: profilesListed(() => [{ concurrent_call_limit: 5 }]).rows,
      undone: profilesListed(() => [{ concurrent_call_limit: 10 }]).rows,
    },
  },
];

export default defineContract({
  operations: (dialect) => [...reads, ...connections, ...addresses, ...numbers(dialect === "strict" ? null : ""), ...profiles],
});
