import { ASK, type CarrierDiagnosis } from "../../core/carrier/diagnosis.ts";
import type { TwilioClient } from "./client.ts";
import { callChecks } from "./diagnosis/call-checks.ts";
import { listChecks } from "./diagnosis/list-checks.ts";
import { numberChecks } from "./diagnosis/number-checks.ts";
import { originationChecks } from "./diagnosis/origination-checks.ts";
import { listNames } from "./list-names.ts";

export const twilioDiagnosis: CarrierDiagnosis<TwilioClient> = {
  checks: [...callChecks, ...listChecks, ...numberChecks, ...originationChecks],
  // A caller id may be any number of the account, or one that was verified.
  needsNumbers: false,
  admission(trunk) {
    const logins = (trunk.credentials ?? []).map(({ user_name }) => user_name);
    if (listNames(trunk, "ip_lists").length === 0) return { by: "either", logins };
    // With both kinds of lists both must hold.
    return { by: "addresses", logins: [], needsLogin: listNames(trunk, "credential_lists").length > 0 };
  },
  keyRefused: "For Twilio check TWILIO_REGION too: a key of one region is refused in every other.",
  destinations: { transports: ["udp", "tcp", "tls"], listed: false },
  mediaEncryption({ attributes }) {
    const secure = attributes?.["secure"];
    return typeof secure === "boolean" ? { encrypted: secure, said: `the trunk's secure is ${secure}` } : undefined;
  },
  countries: (client, signal) => client.countries(signal),
  findNumber: (client, number, signal) => client.holdersOf(number, signal),
  repairs: {
    relist: ({ trunk_id }, { add, remove }) => [
      ...add.map((range) => {
        const [ip, prefix = "32"] = range.split("/");
        return { tool: "twilio_allow_ip", arguments: { trunk_sid: trunk_id, ip, cidr_prefix_length: Number(prefix) } };
      }),
      ...remove.flatMap(({ whitelisted_ip_id }) =>
        whitelisted_ip_id === undefined ? [] : [{ tool: "twilio_remove_ip", arguments: { trunk_sid: trunk_id, whitelisted_ip_id } }],
      ),
    ],
    addDestination: ({ trunk_id }, destination) => ({
      tool: "twilio_add_origination_url",
      arguments: { trunk_sid: trunk_id, sip_url: destination === ASK ? ASK : `sip:${destination}` },
    }),
    removeDestination: ({ trunk_id }, destination_uri_id) => ({
      tool: "twilio_remove_origination_url",
      arguments: { trunk_sid: trunk_id, destination_uri_id },
    }),
    mapNumber: ({ trunk_id }, phone_number) => ({ tool: "twilio_assign_phone_number", arguments: { trunk_sid: trunk_id, phone_number } }),
    unmapNumber: ({ trunk_id }, phone_number_id) => ({
      tool: "twilio_unassign_phone_number",
      arguments: { trunk_sid: trunk_id, phone_number_id },
    }),
    setMediaEncryption: ({ trunk_id }, encrypted) => ({
      tool: "twilio_update_trunk",
      arguments: { trunk_sid: trunk_id, secure: encrypted },
    }),
  },
};
