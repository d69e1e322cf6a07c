import { expect } from "vitest";
import { generatedLogin } from "../../../src/providers/didww/emulator/state.ts";
import { defineContract, type Operation, type Scene, type Step } from "./contract.ts";
import { inboundOperations } from "./didww-inbound.ts";

const trunksPath = "/v3/voice_out_trunks";
const name = "contract_trunk";
const did = "7a6c177d-a054-4c75-9b4c-b1596ed6fa25";
const arguments_ = {
  name,
  on_cli_mismatch_action: "reject_call",
  allowed_sip_ips: ["203.0.113.50"],
  threshold_amount: "50.0",
  dids: [did],
};

const id = (scene: Scene) => scene["trunk_id"] ?? "";
const onTrunk = (scene: Scene) => ({ trunk_id: id(scene) });
const firstLogin = (scene: Scene) => generatedLogin(id(scene), 0);
const secondLogin = (scene: Scene) => generatedLogin(id(scene), 1);
const passwords = (scene: Scene) => [firstLogin(scene).password, secondLogin(scene).password];
const secretRef = (scene: Scene) => `secret:didww/${id(scene)}/sip`;
const snapshot = { snapshot_id: expect.stringMatching(/^snap_/) };

const trunk: Step = {
  tool: "didww_create_voice_out_trunk",
  arguments: () => arguments_,
  keep: (value) => ({ trunk_id: value.trunk.trunk_id, trunk_name: value.trunk.trunk_name }),
};

/** The place where the dialect's version keeps the addresses, and the reference that only a later one has. */
const login = (nested: boolean, allowed_sip_ips: string[]) =>
  nested ? { authentication_method: { type: "credentials_and_ip", attributes: { allowed_sip_ips } } } : { allowed_sip_ips };

const listed = (rows: (scene: Scene) => object[]) => ({
  tool: "list_trunks",
  arguments: () => ({}),
  rows: (scene: Scene) => ({ trunks: rows(scene) }),
});
const none = listed(() => []);
const one = listed(() => [{ provider: "didww", trunk_name: name, status: "active" }]);

const reads: Operation[] = [
  {
    tool: "list_trunks",
    scene: [trunk],
    arguments: () => ({}),
    request: () => ({ method: "GET", path: trunksPath, query: { include: "dids", "page[number]": "1", "page[size]": "50" } }),
    result: (scene) => ({ trunks: [{ provider: "didww", trunk_id: id(scene), trunk_name: name, status: "active" }] }),
    secrets: passwords,
  },
  {
    tool: "get_trunk",
    scene: [trunk],
    arguments: onTrunk,
    request: (scene) => ({ method: "GET", path: `${trunksPath}/${id(scene)}`, query: { include: "dids" } }),
    result: (scene) => ({
      trunk: {
        provider: "didww",
        trunk_id: id(scene),
        phone_numbers: [{ phone_number_id: did, phone_number: "+37061498222" }],
        whitelisted_ips: [{ ip: "203.0.113.50", mask: 32 }],
        credentials: [{ user_name: firstLogin(scene).username, secret_ref: secretRef(scene) }],
        attributes: { threshold_amount: "50.0" },
      },
    }),
    secrets: passwords,
  },
];

function writes(nested: boolean): Operation[] {
  const { dids: _, allowed_sip_ips, ...attributes } = arguments_;
  const reference = nested ? { external_reference_id: expect.stringMatching(/^trunkline-[0-9a-f-]{36}$/) } : {};
  const creation: Operation = {
    tool: "didww_create_voice_out_trunk",
    arguments: trunk.arguments,
    request: () => ({
      method: "POST",
      path: trunksPath,
      body: {
        data: {
          type: "voice_out_trunks",
          attributes: { ...attributes, ...reference, ...login(nested, allowed_sip_ips) },
          relationships: { dids: { data: [{ type: "dids", id: did }] } },
        },
      },
    }),
    result: () => ({ trunk: { provider: "didww", trunk_name: name, status: "active" }, credentials: { user_name: expect.any(String) } }),
    proof: { ...one, done: one.rows, undone: none.rows },
  };
  const both = listed((scene) => [{ trunk_id: id(scene) }, { trunk_name: name }]);
  const onlyFirst = listed((scene) => [{ trunk_id: id(scene) }]);
  return [
    creation,
    // Names are not unique at DIDWW: a trunk that has the name already must not be taken for the new one.
    { ...creation, scene: [trunk], proof: { ...both, done: both.rows, undone: onlyFirst.rows } },
    {
      tool: "didww_update_voice_out_trunk",
      scene: [trunk],
      arguments: (scene) => ({ ...onTrunk(scene), allowed_sip_ips: ["203.0.113.51"], capacity_limit: 7 }),
      request: (scene) => ({
        method: "PATCH",
        path: `${trunksPath}/${id(scene)}`,
        body: {
          data: { id: id(scene), type: "voice_out_trunks", attributes: { capacity_limit: 7, ...login(nested, ["203.0.113.51"]) } },
        },
      }),
      result: (scene) => ({ trunk: { trunk_id: id(scene), whitelisted_ips: [{ ip: "203.0.113.51" }], attributes: { capacity_limit: 7 } } }),
      proof: {
        tool: "get_trunk",
        arguments: onTrunk,
        done: () => ({ trunk: { whitelisted_ips: [{ ip: "203.0.113.51" }], attributes: { capacity_limit: 7 } } }),
        undone: () => ({ trunk: { whitelisted_ips: [{ ip: "203.0.113.50" }], attributes: { capacity_limit: null } } }),
      },
      secrets: passwords,
    },
    {
      tool: "didww_regenerate_credentials",
      scene: [trunk],
      arguments: onTrunk,
      request: (scene) => ({
        method: "POST",
        path: "/v3/voice_out_trunk_regenerate_credentials",
        body: {
          data: {
            type: "voice_out_trunk_regenerate_credentials",
            relationships: { voice_out_trunk: { data: { type: "voice_out_trunks", id: id(scene) } } },
          },
        },
      }),
      result: (scene) => ({
        ...onTrunk(scene),
        credentials: { user_name: secondLogin(scene).username, secret_ref: secretRef(scene) },
        ...snapshot,
      }),
      proof: {
        tool: "get_trunk",
        arguments: onTrunk,
        done: (scene) => ({ trunk: { credentials: [{ user_name: secondLogin(scene).username }] } }),
        undone: (scene) => ({ trunk: { credentials: [{ user_name: firstLogin(scene).username }] } }),
      },
      secrets: passwords,
    },
    {
      tool: "didww_delete_voice_out_trunk",
      scene: [trunk],
      arguments: onTrunk,
      request: (scene) => ({ method: "DELETE", path: `${trunksPath}/${id(scene)}` }),
      result: (scene) => ({ removed: true, ...onTrunk(scene), ...snapshot }),
      proof: { ...one, done: none.rows, undone: one.rows },
      secrets: passwords,
    },
  ];
}

/** The dialects that speak an older version even to a client that asks for the latest. */
const flat = ["documented", "2022-05-10"];

export default defineContract({
  operations: (dialect) => [...reads, ...writes(!flat.includes(dialect)), ...inboundOperations(!flat.includes(dialect))],
});
