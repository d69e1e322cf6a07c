import { expect } from "vitest";
import type { Operation, Scene, Step } from "./contract.ts";

/** Calls in: trunks, and the numbers routed to them. */

const trunksPath = "/v3/voice_in_trunks";
const didsPath = "/v3/dids";
const name = "contract_in";
const did = "7a6c177d-a054-4c75-9b4c-b1596ed6fa25";
const number = "+37061498222";
const password = "Sesame-open-2";
const arguments_ = {
  name,
  host: "sip.example.com",
  port: 5061,
  transport: "tls",
  username: "+{DID}",
  media_encryption_mode: "srtp_sdes",
  auth_user: "carrier",
  auth_password: password,
};

const id = (scene: Scene) => scene["trunk_id"] ?? "";
const onTrunk = (scene: Scene) => ({ trunk_id: id(scene) });
const snapshot = { snapshot_id: expect.stringMatching(/^snap_/) };
const secrets = () => [password];

const trunk: Step = {
  tool: "didww_create_voice_in_trunk",
  arguments: () => arguments_,
  keep: (value) => ({ trunk_id: value.trunk.trunk_id, trunk_name: value.trunk.trunk_name }),
};
const route: Step = { tool: "didww_route_did", arguments: (scene) => ({ phone_number: number, ...onTrunk(scene) }) };

const sent = {
  host: "sip.example.com",
  port: 5061,
  transport_protocol_id: 3,
  username: "+{DID}",
  media_encryption_mode: "srtp_sdes",
  auth_enabled: true,
  auth_user: "carrier",
  auth_password: password,
  codec_ids: [9, 10, 6],
};

/** Everything that an older version may write, as a new trunk has it. */
const untouched = {
  resolve_ruri: false,
  allowed_rtp_ips: null,
  rx_dtmf_format_id: 1,
  tx_dtmf_format_id: 1,
  stir_shaken_mode: "disabled",
  auth_from_user: null,
  auth_from_domain: null,
  sst_enabled: false,
  sst_min_timer: 600,
  sst_max_timer: 900,
  sst_session_expires: null,
  sst_refresh_method_id: 1,
  sst_accept_501: true,
  sip_timer_b: 8000,
  dns_srv_failover_timer: 2000,
  rtp_ping: false,
  rtp_timeout: 30,
  force_symmetric_rtp: false,
  symmetric_rtp_ignore_rtcp: false,
  rerouting_disconnect_code_ids: null,
  max_transfers: 0,
  max_30x_redirects: 0,
};
const untouchedSince2026 = {
  network_protocol_priority: "force_ipv4",
  enabled_sip_registration: false,
  use_did_in_ruri: false,
  diversion_relay_policy: "none",
  diversion_inject_mode: "none",
  cnam_lookup: false,
};

const found = (rows: (scene: Scene) => object[]) => ({
  tool: "list_trunks",
  arguments: () => ({}),
  rows: (scene: Scene) => ({ trunks: rows(scene) }),
});
const none = found(() => []);
const one = found(() => [{ provider: "didww", trunk_name: name }]);

const toOne = (type: string, to: string | undefined) => ({ data: to === undefined ? null : { type, id: to } });
const routing = (to: string | undefined) => ({
  data: {
    id: did,
    type: "dids",
    relationships: { voice_in_trunk: toOne("voice_in_trunks", to), voice_in_trunk_group: { data: null } },
  },
});
const both = { include: "voice_in_trunk,voice_in_trunk_group" };
const routeOf = (tells: (scene: Scene) => object, not: (scene: Scene) => object) => ({
  tool: "didww_list_dids",
  arguments: () => ({ phone_number: number }),
  done: (scene: Scene) => ({ dids: [tells(scene)] }),
  undone: (scene: Scene) => ({ dids: [not(scene)] }),
});
const routed = (scene: Scene) => ({ phone_number_id: did, trunk_id: id(scene), trunk_name: name });
const unrouted = () => ({ phone_number_id: did });

const reads: Operation[] = [
  {
    tool: "list_trunks",
    scene: [trunk],
    arguments: () => ({}),
    request: () => ({
      method: "GET",
      path: trunksPath,
      query: { include: "voice_in_trunk_group,pop", "page[number]": "1", "page[size]": "50" },
    }),
    result: (scene) => ({ trunks: [{ provider: "didww", trunk_id: id(scene), trunk_name: name }] }),
    secrets,
  },
  {
    tool: "get_trunk",
    scene: [trunk, route],
    arguments: onTrunk,
    request: (scene) => ({ method: "GET", path: `${trunksPath}/${id(scene)}`, query: { include: "voice_in_trunk_group,pop" } }),
    result: (scene) => ({
      trunk: {
        provider: "didww",
        trunk_id: id(scene),
        domain_name: "sip.example.com",
        auth_type: "credentials",
        phone_numbers: [{ phone_number_id: did, phone_number: number, mode: "inbound" }],
        destination_uris: [{ destination: "sip.example.com:5061;transport=tls" }],
        credentials: [{ user_name: "carrier", secret_ref: `secret:didww/${id(scene)}/sip` }],
        attributes: { direction: "inbound", kind: "sip", username: "+{DID}", codec_ids: ["9", "10", "6"] },
      },
    }),
    secrets,
  },
  {
    tool: "didww_list_dids",
    scene: [trunk, route],
    arguments: (scene) => ({ ...onTrunk(scene), limit: 10 }),
    request: (scene) => ({
      method: "GET",
      path: didsPath,
      query: { ...both, "filter[voice_in_trunk.id]": id(scene), "page[number]": "1", "page[size]": "10" },
    }),
    result: (scene) => ({ dids: [{ phone_number: number, ...routed(scene) }], next_cursor: null }),
    secrets,
  },
];

function writes(nested: boolean): Operation[] {
  const reference = nested ? { external_reference_id: expect.stringMatching(/^trunkline-[0-9a-f-]{36}$/) } : {};
  return [
    {
      tool: "didww_create_voice_in_trunk",
      arguments: trunk.arguments,
      request: () => ({
        method: "POST",
        path: trunksPath,
        body: {
          data: {
            type: "voice_in_trunks",
            attributes: { name, cli_format: "e164", ...reference, configuration: { type: "sip_configurations", attributes: sent } },
          },
        },
      }),
      result: () => ({ trunk: { provider: "didww", trunk_name: name }, credentials: { user_name: "carrier" } }),
      proof: { ...one, done: one.rows, undone: none.rows },
      secrets,
    },
    {
      tool: "didww_update_voice_in_trunk",
      scene: [trunk, route],
      arguments: (scene) => ({ ...onTrunk(scene), port: 5071 }),
      request: (scene) => ({
        method: "PATCH",
        path: `${trunksPath}/${id(scene)}`,
        query: { include: "voice_in_trunk_group,pop" },
        body: {
          data: {
            id: id(scene),
            type: "voice_in_trunks",
            attributes: {
              configuration: {
                type: "sip_configurations",
                attributes: { ...untouched, ...(nested ? untouchedSince2026 : {}), ...sent, port: 5071 },
              },
            },
          },
        },
      }),
      result: (scene) => ({ trunk: { trunk_id: id(scene), attributes: { port: 5071, username: "+{DID}" } }, approved: { by: "form" } }),
      proof: {
        tool: "get_trunk",
        arguments: onTrunk,
        done: () => ({
          trunk: { destination_uris: [{ destination: "sip.example.com:5071;transport=tls" }], credentials: [{ user_name: "carrier" }] },
        }),
        undone: () => ({ trunk: { destination_uris: [{ destination: "sip.example.com:5061;transport=tls" }] } }),
      },
      secrets,
    },
    {
      tool: "didww_route_did",
      scene: [trunk],
      arguments: route.arguments,
      request: (scene) => ({ method: "PATCH", path: `${didsPath}/${did}`, query: both, body: routing(id(scene)) }),
      result: (scene) => ({ did: { phone_number: number, ...routed(scene) } }),
      proof: routeOf(routed, unrouted),
      secrets,
    },
    {
      tool: "didww_route_did",
      scene: [trunk, route],
      arguments: () => ({ phone_number: number, unroute: true }),
      request: () => ({ method: "PATCH", path: `${didsPath}/${did}`, query: both, body: routing(undefined) }),
      result: () => ({ did: unrouted(), approved: { by: "form" } }),
      proof: routeOf(unrouted, routed),
      secrets,
    },
    {
      tool: "didww_delete_voice_in_trunk",
      scene: [trunk, route],
      arguments: onTrunk,
      request: (scene) => ({ method: "DELETE", path: `${trunksPath}/${id(scene)}` }),
      result: (scene) => ({ removed: true, ...onTrunk(scene), ...snapshot }),
      proof: { ...one, done: none.rows, undone: one.rows },
      secrets,
    },
  ];
}

export const inboundOperations = (nested: boolean): Operation[] => [...reads, ...writes(nested)];
