import { type CarrierDiagnosis, type CheckFacts, defineCheck } from "../../core/carrier/diagnosis.ts";
import { fail, orPass, warn } from "../../core/carrier/verdict.ts";
import { cidr } from "../../rules/range.ts";

function change(trunk: CheckFacts["trunk"], fields: Record<string, unknown>) {
  return { tool: "didww_update_voice_out_trunk", arguments: { trunk_id: trunk.trunk_id, ...fields } };
}

const allowed = (trunk: CheckFacts["trunk"]) => (trunk.whitelisted_ips ?? []).map(cidr);

const checks = [
  defineCheck({
    id: "didww.cli",
    finds: "caller_id",
    appliesTo: ({ directions }) => directions.has("outbound"),
    run: ({ trunk }) => {
      const action = trunk.attributes?.["on_cli_mismatch_action"];
      const anyDid = trunk.attributes?.["allow_any_did_as_cli"] === true;
      const rejects = action === "reject_call" && !anyDid && trunk.phone_numbers?.length === 0;
      return orPass(
        [
          rejects
            ? fail("Every call is rejected: no number is allowed as caller id.", {
                evidence: "on_cli_mismatch_action is reject_call, no DID is assigned, and allow_any_did_as_cli is false.",
                remedy: "Allow the account's DIDs as caller id, or assign some to the trunk.",
                repair: [change(trunk, { allow_any_did_as_cli: true })],
              })
            : undefined,
          action === "randomize_cli"
            ? warn("Callers are shown a random number.", {
                evidence: "on_cli_mismatch_action is randomize_cli: a caller id that is not allowed becomes any DID of the trunk.",
                remedy: "Reject such calls instead, or replace the caller id by a fixed one.",
                repair: [change(trunk, { on_cli_mismatch_action: "reject_call" })],
              })
            : undefined,
        ],
        "Caller ids are treated as the trunk says.",
      );
    },
  }),
  defineCheck({
    id: "didww.dst",
    finds: "permission",
    appliesTo: ({ directions }) => directions.has("outbound"),
    run: ({ trunk }) => {
      const prefixes = trunk.attributes?.["dst_prefixes"];
      const none = !Array.isArray(prefixes) || prefixes.length === 0;
      return orPass(
        [
          trunk.attributes?.["default_dst_action"] === "reject_all" && none
            ? fail("Every destination is rejected.", {
                evidence: "default_dst_action is reject_all and dst_prefixes is empty.",
                remedy: "Allow all destinations, or better: keep reject_all and name in dst_prefixes the countries you call.",
                repair: [change(trunk, { default_dst_action: "allow_all" })],
              })
            : undefined,
        ],
        "Some destination may be called.",
      );
    },
  }),
  defineCheck({
    id: "didww.cap",
    finds: "permission",
    appliesTo: ({ directions }) => directions.has("outbound"),
    run: ({ trunk }) => {
      const { capacity_limit: capacity, threshold_reached: reached, threshold_amount: threshold } = trunk.attributes ?? {};
      return orPass(
        [
          capacity === 0
            ? fail("The trunk takes no call: its capacity is 0.", {
                evidence: "capacity_limit is 0.",
                remedy: "Set capacity_limit to the number of concurrent calls that you need; with 1, one goes out at a time.",
                repair: [change(trunk, { capacity_limit: 1 })],
              })
            : undefined,
          reached === true
            ? fail("The trunk has spent its 24-hour threshold.", {
                evidence: `threshold_reached is true, threshold_amount is ${String(threshold)}.`,
                remedy: "Look at the calls for misuse first. Then raise threshold_amount, or wait until the 24 hours are over.",
              })
            : undefined,
        ],
        "Capacity and spending leave room for calls.",
      );
    },
  }),
  defineCheck({
    id: "didww.source",
    appliesTo: ({ config, list, directions }) => directions.has("inbound") && config !== undefined && list !== undefined,
    run: ({ config = "", list }) => {
      const missing = (list?.inbound_sources.addresses ?? []).filter((address) => !config.includes(address));
      return orPass(
        [
          missing.length > 0
            ? fail("The configuration does not admit every address of DIDWW's calls.", {
                evidence: `Missing: ${missing.join(", ")}.`,
                remedy: "Admit all of them: any may bring a call.",
              })
            : undefined,
        ],
        "The configuration admits every address of DIDWW's calls.",
      );
    },
  }),
];

export const didwwDiagnosis: CarrierDiagnosis = {
  checks,
  // Caller ids may be any of the account's.
  needsNumbers: false,
  admission: ({ auth_type }) => ({ by: auth_type === "twilio" ? "none" : "addresses", logins: [] }),
  repairs: {
    whitelist: (trunk, ranges) => [change(trunk, { allowed_sip_ips: [...allowed(trunk), ...ranges] })],
    unlist: (trunk, entry) => change(trunk, { allowed_sip_ips: allowed(trunk).filter((one) => one !== `${entry.ip}/${entry.mask}`) }),
    activate: (trunk) => change(trunk, { status: "active" }),
    setMediaEncryption: (trunk, encrypted) => change(trunk, { media_encryption_mode: encrypted ? "srtp_sdes" : "disabled" }),
  },
};
