import { expect } from "vitest";
import { twilioSandboxAccount } from "../../../src/providers/twilio/emulator/account.ts";
import { sidOf } from "../../../src/providers/twilio/emulator/state.ts";
import { defineContract, type Operation, type Scene, type Step } from "./contract.ts";

const trunksPath = "/trunking/v1/Trunks";
const account = `/api/2010-04-01/Accounts/${twilioSandboxAccount.sid}`;
const name = "contract_trunk";
const domain_name = "contract-trunk.pstn.twilio.com";
const number = "+12025550110";
const numberSid = sidOf("PN", `${twilioSandboxAccount.sid}:${number}`);
const [ip, otherIp] = ["203.0.113.50", "203.0.113.51"];
const [login, otherLogin] = ["agent", "backup"];
const password = "Sesame_open_1";
const destination = "sip.example.com:5061;transport=tls";

const sid = (scene: Scene) => scene["trunk_sid"] ?? "";
const id = (scene: Scene) => scene["id"] ?? "";
/** Of an id such as `AL…/IP…`, the list's. */
const listSid = (scene: Scene) => id(scene).split("/")[0] ?? "";
const rowSid = (scene: Scene) => id(scene).split("/")[1] ?? "";
const onTrunk = (scene: Scene) => ({ trunk_sid: sid(scene) });
const trunkPath = (scene: Scene, rest = "") => `${trunksPath}/${sid(scene)}${rest}`;
const ofTrunk = (scene: Scene) => ({ trunk_id: sid(scene) });
const snapshot = { snapshot_id: expect.stringMatching(/^snap_/) };

const trunk: Step = {
  tool: "twilio_create_trunk",
  arguments: () => ({ friendly_name: name, domain_name }),
  keep: (value) => ({ trunk_sid: value.trunk.trunk_id, trunk_name: value.trunk.trunk_name }),
};
const assigned: Step = {
  tool: "twilio_assign_phone_number",
  arguments: (scene) => ({ ...onTrunk(scene), phone_number: number }),
  keep: (value) => ({ id: value.phone_number.phone_number_id }),
};
const allowed: Step = {
  tool: "twilio_allow_ip",
  arguments: (scene) => ({ ...onTrunk(scene), ip }),
  keep: (value) => ({ id: value.whitelisted_ip.whitelisted_ip_id }),
};
const withUrl: Step = {
  tool: "twilio_add_origination_url",
  arguments: (scene) => ({ ...onTrunk(scene), sip_url: `sip:${destination}` }),
  keep: (value) => ({ id: value.destination_uri.destination_uri_id }),
};
const withLogin: Step = {
  tool: "twilio_create_credential",
  arguments: (scene) => ({ ...onTrunk(scene), username: login, password }),
  keep: (value) => ({ id: value.credentials.credential_id }),
};

/** One of a trunk's lists, as `get_trunk` shows it. */
const shown = (list: string, done: object[], undone: object[]) => ({
  tool: "get_trunk",
  arguments: ofTrunk,
  done: () => ({ trunk: { [list]: done } }),
  undone: () => ({ trunk: { [list]: undone } }),
});
const listed = (done: (scene: Scene) => object[], undone: (scene: Scene) => object[]) => ({
  tool: "list_trunks",
  arguments: () => ({}),
  done: (scene: Scene) => ({ trunks: done(scene) }),
  undone: (scene: Scene) => ({ trunks: undone(scene) }),
});
const own = (scene: Scene) => [{ provider: "twilio", trunk_id: sid(scene), trunk_name: name }];
const nothing = () => [];

const trunks: Operation[] = [
  {
    tool: "list_trunks",
    scene: [trunk],
    arguments: () => ({}),
    request: () => ({ method: "GET", path: trunksPath, query: { PageSize: "50" } }),
    result: (scene) => ({ trunks: own(scene) }),
  },
  {
    tool: "get_trunk",
    scene: [trunk, assigned, allowed, withUrl],
    arguments: ofTrunk,
    request: (scene) => ({ method: "GET", path: trunkPath(scene) }),
    result: (scene) => ({
      trunk: {
        ...own(scene)[0],
        domain_name,
        phone_numbers: [{ phone_number: number }],
        whitelisted_ips: [{ ip, mask: 32 }],
        destination_uris: [{ destination, type: "enabled", priority: 10, weight: 10 }],
        credentials: [],
        attributes: { secure: false, transfer_mode: "disable-all", ip_lists: [`trunkline ${sid(scene)} ips`] },
      },
    }),
  },
  {
    tool: "twilio_create_trunk",
    arguments: () => ({ friendly_name: name, domain_name, secure: true }),
    request: () => ({ method: "POST", path: trunksPath, body: { FriendlyName: name, DomainName: domain_name, Secure: "true" } }),
    result: () => ({ trunk: { provider: "twilio", trunk_name: name, domain_name, attributes: { secure: true } } }),
    proof: listed(() => [{ trunk_name: name }], nothing),
  },
  {
    tool: "twilio_create_trunk",
    // Names are not unique: a trunk that has the name already must not be taken for the new one.
    scene: [trunk],
    arguments: () => ({ friendly_name: name }),
    request: () => ({ method: "POST", path: trunksPath, body: { FriendlyName: name } }),
    result: () => ({ trunk: { trunk_name: name } }),
    proof: listed(
      (scene) => [...own(scene), { trunk_name: name }],
      (scene) => own(scene),
    ),
  },
  {
    tool: "twilio_update_trunk",
    scene: [trunk],
    arguments: (scene) => ({ ...onTrunk(scene), friendly_name: "renamed", transfer_mode: "sip-only" }),
    request: (scene) => ({ method: "POST", path: trunkPath(scene), body: { FriendlyName: "renamed", TransferMode: "sip-only" } }),
    result: (scene) => ({ trunk: { ...ofTrunk(scene), trunk_name: "renamed", attributes: { transfer_mode: "sip-only" } } }),
    proof: listed(() => [{ trunk_name: "renamed" }], own),
  },
  {
    tool: "twilio_update_trunk",
    scene: [trunk],
    arguments: (scene) => ({ ...onTrunk(scene), recording_mode: "record-from-answer" }),
    request: (scene) => ({ method: "POST", path: trunkPath(scene, "/Recording"), body: { Mode: "record-from-answer" } }),
    result: (scene) => ({ trunk: { ...ofTrunk(scene), attributes: { recording_mode: "record-from-answer" } } }),
    proof: {
      tool: "get_trunk",
      arguments: ofTrunk,
      done: () => ({ trunk: { attributes: { recording_mode: "record-from-answer" } } }),
      undone: () => ({ trunk: { attributes: { recording_mode: "do-not-record" } } }),
    },
  },
  {
    tool: "twilio_delete_trunk",
    scene: [trunk],
    arguments: onTrunk,
    request: (scene) => ({ method: "DELETE", path: trunkPath(scene) }),
    result: (scene) => ({ removed: true, ...onTrunk(scene), ...snapshot }),
    proof: listed(nothing, own),
  },
];

const numbers: Operation[] = [
  {
    tool: "twilio_assign_phone_number",
    scene: [trunk],
    arguments: (scene) => ({ ...onTrunk(scene), phone_number: number }),
    request: (scene) => ({ method: "POST", path: trunkPath(scene, "/PhoneNumbers"), body: { PhoneNumberSid: numberSid } }),
    result: () => ({ phone_number: { phone_number: number, phone_number_id: numberSid } }),
    proof: shown("phone_numbers", [{ phone_number: number }], []),
  },
  {
    tool: "twilio_unassign_phone_number",
    scene: [trunk, assigned],
    arguments: (scene) => ({ ...onTrunk(scene), phone_number: number }),
    request: (scene) => ({ method: "DELETE", path: trunkPath(scene, `/PhoneNumbers/${numberSid}`) }),
    result: (scene) => ({ removed: true, ...onTrunk(scene), phone_number_id: numberSid, ...snapshot }),
    proof: shown("phone_numbers", [], [{ phone_number: number }]),
  },
];

const urls: Operation[] = [
  {
    tool: "twilio_add_origination_url",
    scene: [trunk],
    arguments: (scene) => ({ ...onTrunk(scene), sip_url: `sip:${destination}` }),
    request: (scene) => ({
      method: "POST",
      path: trunkPath(scene, "/OriginationUrls"),
      body: { SipUrl: `sip:${destination}`, Priority: "10", Weight: "10", Enabled: "true", FriendlyName: `sip:${destination}` },
    }),
    result: () => ({ destination_uri: { destination, type: "enabled", priority: 10, weight: 10 } }),
    proof: shown("destination_uris", [{ destination }], []),
  },
  {
    tool: "twilio_update_origination_url",
    scene: [trunk, withUrl],
    arguments: (scene) => ({ ...onTrunk(scene), destination, priority: 20 }),
    request: (scene) => ({ method: "POST", path: trunkPath(scene, `/OriginationUrls/${id(scene)}`), body: { Priority: "20" } }),
    result: () => ({ destination_uri: { destination, priority: 20 } }),
    proof: shown("destination_uris", [{ priority: 20 }], [{ priority: 10 }]),
  },
  {
    tool: "twilio_remove_origination_url",
    scene: [trunk, withUrl],
    arguments: (scene) => ({ ...onTrunk(scene), destination }),
    request: (scene) => ({ method: "DELETE", path: trunkPath(scene, `/OriginationUrls/${id(scene)}`) }),
    result: (scene) => ({ removed: true, ...onTrunk(scene), destination_uri_id: id(scene), ...snapshot }),
    proof: shown("destination_uris", [], [{ destination }]),
  },
];

const addresses: Operation[] = [
  {
    // The first address of a trunk: its list is made first, and attached last.
    tool: "twilio_allow_ip",
    scene: [trunk],
    arguments: (scene) => ({ ...onTrunk(scene), ip }),
    request: (scene) => ({
      method: "POST",
      path: `${account}/SIP/IpAccessControlLists.json`,
      body: { FriendlyName: `trunkline ${sid(scene)} ips` },
    }),
    result: () => ({ whitelisted_ip: { ip, mask: 32 } }),
    proof: shown("whitelisted_ips", [{ ip }], []),
  },
  {
    tool: "twilio_allow_ip",
    scene: [trunk, allowed],
    arguments: (scene) => ({ ...onTrunk(scene), ip: otherIp }),
    request: (scene) => ({
      method: "POST",
      path: `${account}/SIP/IpAccessControlLists/${listSid(scene)}/IpAddresses.json`,
      body: { FriendlyName: `${otherIp}/32`, IpAddress: otherIp, CidrPrefixLength: "32" },
    }),
    result: () => ({ whitelisted_ip: { ip: otherIp, mask: 32 } }),
    proof: shown("whitelisted_ips", [{ ip }, { ip: otherIp }], [{ ip }]),
  },
  {
    tool: "twilio_remove_ip",
    scene: [trunk, allowed],
    arguments: (scene) => ({ ...onTrunk(scene), ip }),
    request: (scene) => ({
      method: "DELETE",
      path: `${account}/SIP/IpAccessControlLists/${listSid(scene)}/IpAddresses/${rowSid(scene)}.json`,
    }),
    result: (scene) => ({ removed: true, ...onTrunk(scene), whitelisted_ip_id: id(scene), ...snapshot }),
    proof: shown("whitelisted_ips", [], [{ ip }]),
  },
];

const secretRef = (scene: Scene, username: string) => `secret:twilio/${sid(scene)}/${username}`;

const logins: Operation[] = [
  {
    tool: "twilio_create_credential",
    scene: [trunk],
    arguments: (scene) => ({ ...onTrunk(scene), username: login, password }),
    request: (scene) => ({
      method: "POST",
      path: `${account}/SIP/CredentialLists.json`,
      body: { FriendlyName: `trunkline ${sid(scene)} logins` },
    }),
    result: (scene) => ({ credentials: { user_name: login, secret_ref: secretRef(scene, login) } }),
    proof: shown("credentials", [{ user_name: login }], []),
  },
  {
    tool: "twilio_create_credential",
    scene: [trunk, withLogin],
    arguments: (scene) => ({ ...onTrunk(scene), username: otherLogin, password }),
    request: (scene) => ({
      method: "POST",
      path: `${account}/SIP/CredentialLists/${listSid(scene)}/Credentials.json`,
      body: { Username: otherLogin, Password: password },
    }),
    result: (scene) => ({ credentials: { user_name: otherLogin, secret_ref: secretRef(scene, otherLogin) } }),
    proof: shown("credentials", [{ user_name: login }, { user_name: otherLogin }], [{ user_name: login }]),
  },
  {
    tool: "twilio_delete_credential",
    scene: [trunk, withLogin],
    arguments: (scene) => ({ ...onTrunk(scene), username: login }),
    request: (scene) => ({
      method: "DELETE",
      path: `${account}/SIP/CredentialLists/${listSid(scene)}/Credentials/${rowSid(scene)}.json`,
    }),
    result: (scene) => ({ removed: true, ...onTrunk(scene), credential_id: id(scene), ...snapshot }),
    proof: shown("credentials", [], [{ user_name: login }]),
  },
];

export default defineContract({ operations: () => [...trunks, ...numbers, ...urls, ...addresses, ...logins] });
