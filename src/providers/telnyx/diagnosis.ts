import { ASK, type CarrierDiagnosis, type CheckFacts, type Repair } from "../../core/carrier/diagnosis.ts";
import { parseDestination } from "../../rules/destination.ts";
import type { TelnyxClient } from "./client.ts";
import { change, connectionChecks } from "./diagnosis/connection-checks.ts";
import { profileChecks } from "./diagnosis/profile-checks.ts";
import { BY_LOGIN } from "./view.ts";

type Trunk = CheckFacts["trunk"];

export const telnyxDiagnosis: CarrierDiagnosis<TelnyxClient> = {
  checks: [...profileChecks, ...connectionChecks],
  // A caller id may be any number of the account, or one that was verified.
  needsNumbers: false,
  admission(trunk) {
    const logins = (trunk.credentials ?? []).map(({ user_name }) => user_name);
    if (trunk.auth_type === "ip") return { by: "addresses", logins: [] };
    // The addresses of its host names may call, unless it asks for a login. A list of addresses has neither.
    return {
      by: "none",
      logins,
      needsLogin: trunk.auth_type === "credential" || trunk.attributes?.["ip_authentication_method"] === BY_LOGIN,
    };
  },
  destinations: { transports: ["udp", "tcp", "tls"], listed: false },
  mediaEncryption({ attributes }) {
    const mode = attributes?.["encrypted_media"];
    return typeof mode === "string" ? { encrypted: mode === "SRTP", said: `the trunk's encrypted_media is ${mode}` } : undefined;
  },
  findNumber: async ({ reads }, number, signal) => {
    const found = await reads.numberWith(number, signal);
    if (!found?.connection_id) return [];
    return [{ trunk_id: found.connection_id, ...(found.connection_name ? { trunk_name: found.connection_name } : {}) }];
  },
  repairs: {
    // One address a row; a range has no place here.
    relist: (trunk, { add, remove }) => [
      ...add
        .map((range) => range.replace(/\/(32|128)$/, ""))
        .flatMap((ip_address) => (ip_address.includes("/") ? [] : [addAddress(trunk, { ip_address })])),
      ...remove.flatMap(({ whitelisted_ip_id: id }) => (id === undefined ? [] : [removeAddress(trunk, id)])),
    ],
    addDestination(trunk, said) {
      const { host, port } = parseDestination(said) ?? { host: ASK };
      const name = trunk.auth_type === "ip" ? "ip_address" : "fqdn";
      return addAddress(trunk, { [name]: host, ...(port === undefined ? {} : { port }) });
    },
    removeDestination: removeAddress,
    mapNumber: ({ trunk_id }, phone_number) => ({
      tool: "telnyx_assign_phone_number",
      arguments: { connection_id: trunk_id, phone_number },
    }),
    unmapNumber: ({ trunk_id }, phone_number_id) => ({
      tool: "telnyx_unassign_phone_number",
      arguments: { connection_id: trunk_id, phone_number_id },
    }),
    activate: (trunk) => change(trunk, { active: true }),
    setMediaEncryption: (trunk, encrypted) => change(trunk, { encrypted_media: encrypted ? "SRTP" : "none" }),
  },
};

function addAddress({ trunk_id }: Trunk, address: Record<string, unknown>): Repair {
  return { tool: "telnyx_add_address", arguments: { connection_id: trunk_id, ...address } };
}

function removeAddress({ trunk_id }: Trunk, address_id: string): Repair {
  return { tool: "telnyx_remove_address", arguments: { connection_id: trunk_id, address_id } };
}
