import { expect } from "vitest";
import { generatedPassword } from "../../../src/providers/exotel/emulator/state.ts";
import { defineContract, type Operation, type Scene, type Step } from "./contract.ts";

const account = "/v2/accounts/sandbox";
const firstPage = { page_size: "50", offset: "0" };
const number = "+918044319240";
const alias = "+918044319241";
const ip = "203.0.113.50";
const destination = "sip.example.com:5061;transport=tls";
const name = "contract_trunk";

const sid = (scene: Scene) => scene["trunk_sid"] ?? "";
const id = (scene: Scene) => scene["id"] ?? "";
const onTrunk = (scene: Scene) => ({ trunk_sid: sid(scene) });
const listOf = (list: string) => (scene: Scene) => `${account}/trunks/${sid(scene)}/${list}`;

const trunk: Step = {
  tool: "exotel_create_trunk",
  arguments: () => ({ trunk_name: name }),
  keep: (value) => ({ trunk_sid: value.trunk.trunk_id, trunk_name: value.trunk.trunk_name }),
};
const mapped: Step = {
  tool: "exotel_map_phone_number",
  arguments: (scene) => ({ ...onTrunk(scene), phone_number: number, mode: "pstn" }),
  keep: (value) => ({ id: value.phone_number.phone_number_id }),
};
const whitelisted: Step = {
  tool: "exotel_whitelist_ip",
  arguments: (scene) => ({ ...onTrunk(scene), ip }),
  keep: (value) => ({ id: value.whitelisted_ip.whitelisted_ip_id }),
};
const withDestination: Step = {
  tool: "exotel_add_destination_uris",
  arguments: (scene) => ({ ...onTrunk(scene), destinations: [{ destination }] }),
  keep: (value) => ({ id: value.destination_uris[0].destination_uri_id }),
};
const login: Step = {
  tool: "exotel_create_credentials",
  arguments: (scene) => ({ ...onTrunk(scene), user_name: "agent", friendly_name: "voice_ai" }),
  keep: (value) => ({ id: value.credentials.credential_id }),
};
const aliased: Step = { tool: "exotel_set_trunk_alias", arguments: (scene) => ({ ...onTrunk(scene), alias }) };

/** A list as it is read with the tool for it. */
const rowsOf = (tool: string, field: string, row: (scene: Scene) => object) => ({
  tool,
  arguments: onTrunk,
  present: (scene: Scene) => ({ [field]: [row(scene)] }),
  absent: () => ({ [field]: [] }),
});
const numbers = rowsOf("exotel_list_phone_numbers", "phone_numbers", () => ({ phone_number: number, mode: "pstn" }));
const ips = rowsOf("exotel_list_whitelisted_ips", "whitelisted_ips", () => ({ ip, mask: 32 }));
const destinations = rowsOf("exotel_list_destination_uris", "destination_uris", () => ({ destination }));
const logins = rowsOf("exotel_get_credentials", "credentials", () => ({ user_name: "agent", friendly_name: "voice_ai" }));
type Rows = typeof numbers;

const added = ({ tool, arguments: args, present, absent }: Rows) => ({ tool, arguments: args, done: present, undone: absent });
const gone = ({ tool, arguments: args, present, absent }: Rows) => ({ tool, arguments: args, done: absent, undone: present });

/** A removal of one row by `?id=`. */
const removal = (tool: string, field: string, list: string, made: Step, rows: Rows): Operation => ({
  tool,
  scene: [trunk, made],
  arguments: (scene) => ({ ...onTrunk(scene), [field]: id(scene) }),
  request: (scene) => ({ method: "DELETE", path: listOf(list)(scene), query: { id: id(scene) } }),
  result: (scene) => ({ removed: true, ...onTrunk(scene), [field]: id(scene), snapshot_id: expect.stringMatching(/^snap_/) }),
  proof: gone(rows),
});

/** A list read with its own tool. */
const listing = (list: string, made: Step, rows: Rows): Operation => ({
  tool: rows.tool,
  scene: [trunk, made],
  arguments: onTrunk,
  request: (scene) => ({ method: "GET", path: listOf(list)(scene), query: firstPage }),
  result: rows.present,
});

const trunks: Operation[] = [
  {
    tool: "list_trunks",
    scene: [trunk],
    arguments: () => ({}),
    request: () => ({ method: "GET", path: `${account}/trunks`, query: firstPage }),
    result: (scene) => ({ trunks: [{ provider: "exotel", trunk_id: sid(scene), trunk_name: name, status: "active" }] }),
  },
  {
    tool: "get_trunk",
    scene: [trunk, mapped, whitelisted, withDestination, aliased],
    arguments: (scene) => ({ trunk_id: sid(scene) }),
    request: (scene) => ({ method: "GET", path: `${account}/trunks`, query: { ...firstPage, trunk_sid: sid(scene) } }),
    result: (scene) => ({
      trunk: {
        provider: "exotel",
        trunk_id: sid(scene),
        phone_numbers: [{ phone_number: number }],
        whitelisted_ips: [{ ip, mask: 32 }],
        destination_uris: [{ destination }],
        alias,
        attributes: { nso_code: "ANY-ANY" },
      },
    }),
    secrets: (scene) => [generatedPassword(sid(scene))],
  },
  {
    tool: "exotel_create_trunk",
    arguments: () => ({ trunk_name: name }),
    request: () => ({
      method: "POST",
      path: `${account}/trunks`,
      body: { trunk_name: name, nso_code: "ANY-ANY", domain_name: "sandbox.pstn.exotel.com" },
    }),
    result: () => ({ trunk: { provider: "exotel", trunk_name: name, status: "active", domain_name: "sandbox.pstn.exotel.com" } }),
    proof: {
      tool: "list_trunks",
      arguments: () => ({}),
      done: () => ({ trunks: [{ trunk_name: name }] }),
      undone: () => ({ trunks: [] }),
    },
  },
  {
    tool: "exotel_update_trunk",
    scene: [trunk],
    arguments: (scene) => ({ ...onTrunk(scene), trunk_name: "renamed" }),
    request: (scene) => ({ method: "PUT", path: `${account}/trunks/${sid(scene)}`, body: { trunk_name: "renamed" } }),
    result: (scene) => ({ trunk: { trunk_id: sid(scene), trunk_name: "renamed" } }),
    proof: {
      tool: "list_trunks",
      arguments: () => ({}),
      done: () => ({ trunks: [{ trunk_name: "renamed" }] }),
      undone: () => ({ trunks: [{ trunk_name: name }] }),
    },
  },
  {
    tool: "exotel_delete_trunk",
    scene: [trunk, mapped],
    arguments: onTrunk,
    request: (scene) => ({ method: "DELETE", path: `${account}/trunks`, query: { trunk_sid: sid(scene) } }),
    result: (scene) => ({ removed: true, ...onTrunk(scene), snapshot_id: expect.stringMatching(/^snap_/) }),
    proof: {
      tool: "list_trunks",
      arguments: () => ({}),
      done: () => ({ trunks: [] }),
      undone: (scene) => ({ trunks: [{ trunk_id: sid(scene) }] }),
    },
  },
];

const phoneNumbers: Operation[] = [
  listing("phone-numbers", mapped, numbers),
  {
    tool: "exotel_map_phone_number",
    scene: [trunk],
    arguments: (scene) => ({ ...onTrunk(scene), phone_number: number, mode: "pstn" }),
    request: (scene) => ({ method: "POST", path: listOf("phone-numbers")(scene), body: { phone_number: number, mode: "pstn" } }),
    result: () => ({ phone_number: { phone_number: number, mode: "pstn" } }),
    proof: added(numbers),
  },
  {
    tool: "exotel_update_phone_number",
    scene: [trunk, mapped],
    arguments: (scene) => ({ ...onTrunk(scene), phone_number_id: id(scene), phone_number: number, mode: "flow" }),
    request: (scene) => ({
      method: "PUT",
      path: `${listOf("phone-numbers")(scene)}/${id(scene)}`,
      body: { phone_number: number, mode: "flow" },
    }),
    result: (scene) => ({ phone_number: { phone_number_id: id(scene), phone_number: number, mode: "flow" } }),
    proof: {
      ...gone(numbers),
      done: () => ({ phone_numbers: [{ phone_number: number, mode: "flow" }] }),
    },
  },
  removal("exotel_unmap_phone_number", "phone_number_id", "phone-numbers", mapped, numbers),
  {
    tool: "exotel_find_trunk_by_number",
    scene: [trunk, mapped],
    arguments: () => ({ phone_number: number }),
    request: () => ({ method: "GET", path: `${account}/trunk-maps`, query: { ...firstPage, exophone: number } }),
    result: (scene) => ({ trunks: [{ trunk_id: sid(scene), phone_number: number }] }),
    absent: { trunks: [] },
  },
];

const addresses: Operation[] = [
  listing("whitelisted-ips", whitelisted, ips),
  {
    tool: "exotel_whitelist_ip",
    scene: [trunk],
    arguments: (scene) => ({ ...onTrunk(scene), ip }),
    request: (scene) => ({ method: "POST", path: listOf("whitelisted-ips")(scene), body: { ip, mask: 32 } }),
    result: () => ({ whitelisted_ip: { ip, mask: 32 } }),
    proof: added(ips),
  },
  removal("exotel_remove_whitelisted_ip", "whitelisted_ip_id", "whitelisted-ips", whitelisted, ips),
  listing("destination-uris", withDestination, destinations),
  {
    tool: "exotel_add_destination_uris",
    scene: [trunk],
    arguments: (scene) => ({ ...onTrunk(scene), destinations: [{ destination }] }),
    request: (scene) => ({ method: "POST", path: listOf("destination-uris")(scene), body: { destinations: [{ destination }] } }),
    result: () => ({ destination_uris: [{ destination, status: "added" }] }),
    proof: added(destinations),
  },
  removal("exotel_remove_destination_uri", "destination_uri_id", "destination-uris", withDestination, destinations),
];

const withoutAlias = expect.not.objectContaining({ alias: expect.anything() });

const aliases: Operation[] = [
  {
    tool: "exotel_set_trunk_alias",
    scene: [trunk],
    arguments: (scene) => ({ ...onTrunk(scene), alias }),
    request: (scene) => ({
      method: "POST",
      path: listOf("settings")(scene),
      body: { settings: [{ name: "trunk_external_alias", value: alias }] },
    }),
    result: () => ({ alias }),
    proof: {
      tool: "get_trunk",
      arguments: (scene) => ({ trunk_id: sid(scene) }),
      done: () => ({ trunk: { alias } }),
      undone: () => ({ trunk: withoutAlias }),
    },
  },
  {
    tool: "exotel_remove_trunk_alias",
    scene: [trunk, aliased],
    arguments: onTrunk,
    request: (scene) => ({ method: "DELETE", path: listOf("settings")(scene), query: { name: "trunk_external_alias" } }),
    result: (scene) => ({ removed: true, ...onTrunk(scene), snapshot_id: expect.stringMatching(/^snap_/) }),
    proof: {
      tool: "get_trunk",
      arguments: (scene) => ({ trunk_id: sid(scene) }),
      done: () => ({ trunk: withoutAlias }),
      undone: () => ({ trunk: { alias } }),
    },
  },
];

/** The documents know one generated pair only; logins that were created do not show in it. */
function credentials(dialect: string): Operation[] {
  const pairOnly = dialect === "documented";
  const create: Operation = {
    tool: "exotel_create_credentials",
    scene: [trunk],
    arguments: (scene) => ({ ...onTrunk(scene), user_name: "agent", password: "Sesame_open_1", friendly_name: "voice_ai" }),
    request: (scene) => ({
      method: "POST",
      path: listOf("credentials")(scene),
      body: { user_name: "agent", password: "Sesame_open_1", friendly_name: "voice_ai" },
    }),
    result: (scene) => ({ credentials: { user_name: "agent", secret_ref: `secret:exotel/${sid(scene)}/agent` } }),
    proof: added(logins),
  };
  const read = listing("credentials", login, logins);
  const remove = removal("exotel_delete_credentials", "credential_id", "credentials", login, logins);
  if (!pairOnly) return [read, create, remove];
  const { proof: _, ...unproven } = create;
  const { proof: __, ...unprovenRemoval } = remove;
  return [
    {
      ...read,
      result: (scene) => ({ credentials: [{ user_name: sid(scene), secret_ref: `secret:exotel/${sid(scene)}/sip` }] }),
      secrets: (scene) => [generatedPassword(sid(scene))],
    },
    { ...unproven, readsBack: false },
    { ...unprovenRemoval, readsBack: false },
  ];
}

export default defineContract({
  operations: (dialect) => [...trunks, ...phoneNumbers, ...addresses, ...aliases, ...credentials(dialect)],
});
