import { ASK, type CarrierDiagnosis, type CheckFacts, defineCheck } from "../../core/carrier/diagnosis.ts";
import { fail, orPass, pass, warn } from "../../core/carrier/verdict.ts";
import { quoteText, someOf } from "../../core/text.ts";
import { cidr } from "../../rules/range.ts";
import { changeIn, inboundChecks } from "./voice-in/diagnosis.ts";
import { isInbound } from "./voice-in/view.ts";

function change(trunk: CheckFacts["trunk"], fields: Record<string, unknown>) {
  return { tool: "didww_update_voice_out_trunk", arguments: { trunk_id: trunk.trunk_id, ...fields } };
}

/** `dst_prefixes`: the exceptions to default_dst_action (DIDWW's own documents disagree; its API does it so, 2026). */
function exceptions({ attributes }: CheckFacts["trunk"]): string[] {
  const prefixes = attributes?.["dst_prefixes"];
  return Array.isArray(prefixes) ? prefixes : [];
}

const consequence: Record<string, string> = {
  reject_call: "rejected",
  replace_cli: "replaced by another one",
  randomize_cli: "replaced by a random one",
  send_original_cli: "sent unchanged",
};

/** Decides about single calls, so it is told even where nothing is wrong. */
function dialled(trunk: CheckFacts["trunk"]): string {
  const prefixes = exceptions(trunk).map((prefix) => (/^\d+$/.test(prefix) ? prefix : quoteText(prefix)));
  const isClosed = trunk.attributes?.["default_dst_action"] === "reject_all";
  if (prefixes.length === 0) return `Numbers that may be called: ${isClosed ? "none" : "all"}.`;
  return `Numbers that may be called: ${isClosed ? "only those" : "all except those"} that begin with ${someOf(prefixes)}.`;
}

function shown({ attributes = {} }: CheckFacts["trunk"]): string {
  const { on_cli_mismatch_action: action, allow_any_did_as_cli: any } = attributes;
  const foreign = `A caller id that is no DID of the ${any === true ? "account" : "trunk"}`;
  return `${foreign} is ${consequence[String(action)] ?? "treated in a way that is not known here"}.`;
}

function limits({ attributes = {} }: CheckFacts["trunk"]): string {
  const { capacity_limit: calls, threshold_amount: threshold } = attributes;
  return `Limits: ${calls == null ? "any number of" : String(calls)} calls at once, ${threshold == null ? "no threshold" : `a threshold of ${String(threshold)}`} in 24 hours.`;
}

const checks = [
  defineCheck({
    id: "didww.cli",
    finds: "caller_id",
    calls: "out",
    appliesTo: ({ directions }) => directions.has("outbound"),
    run: ({ trunk, number }) => {
      const action = trunk.attributes?.["on_cli_mismatch_action"];
      const anyDid = trunk.attributes?.["allow_any_did_as_cli"] === true;
      const own = trunk.phone_numbers?.map(({ phone_number }) => phone_number) ?? [];
      const rejects = action === "reject_call" && !anyDid && trunk.phone_numbers?.length === 0;
      const isOwn = number === undefined || anyDid || trunk.phone_numbers === undefined || own.includes(number);
      const isForeign = !isOwn && (action === "reject_call" || action === "replace_cli");
      return orPass(
        [
          rejects
            ? fail("Every call is rejected: no number is allowed as caller id.", {
                evidence: "on_cli_mismatch_action is reject_call, no DID is assigned, and allow_any_did_as_cli is false.",
                remedy: "Allow the account's DIDs as caller id, or assign some to the trunk.",
                repair: [change(trunk, { allow_any_did_as_cli: true })],
              })
            : undefined,
          isForeign && !rejects
            ? (action === "reject_call" ? fail : warn)(`${number} is no DID of this trunk: as caller id it is ${consequence[action]}.`, {
                evidence: `The trunk's DIDs: ${own.join(", ") || "none"}; on_cli_mismatch_action is ${String(action)}.`,
                remedy: "Call with one of the trunk's DIDs, or allow all of the account's with allow_any_did_as_cli.",
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
        "",
        shown(trunk),
      );
    },
  }),
  defineCheck({
    id: "didww.dst",
    finds: "permission",
    calls: "out",
    appliesTo: ({ directions }) => directions.has("outbound"),
    run: ({ trunk }) => {
      const prefixes = exceptions(trunk);
      const action = trunk.attributes?.["default_dst_action"];
      if (action === "reject_all" && prefixes.length === 0)
        return [
          fail("Every destination is rejected.", {
            evidence: "default_dst_action is reject_all and dst_prefixes is empty.",
            remedy: "Name in dst_prefixes the countries you call: they are the exceptions to reject_all.",
            repair: [change(trunk, { dst_prefixes: [ASK] })],
          }),
        ];
      return [pass("", dialled(trunk))];
    },
  }),
  defineCheck({
    id: "didww.cap",
    finds: "permission",
    calls: "out",
    appliesTo: ({ directions }) => directions.has("outbound"),
    run: ({ trunk }) => {
      const {
        capacity_limit: capacity,
        threshold_reached: reached,
        threshold_amount: threshold,
        spent_amount: spent,
      } = trunk.attributes ?? {};
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
                evidence: `threshold_amount is ${String(threshold)}; spent: ${spent == null ? "not told" : String(spent)}. DIDWW's API tells neither the currency, nor since when the 24 hours run, nor until when.`,
                remedy:
                  "Look at the calls for misuse first. Then raise threshold_amount to what the person agrees to, or wait: at most 24 hours.",
                repair: [change(trunk, { threshold_amount: ASK })],
              })
            : undefined,
        ],
        "",
        limits(trunk),
      );
    },
  }),
  defineCheck({
    id: "didww.source",
    calls: "in",
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
        "admits every address of DIDWW's calls",
      );
    },
  }),
];

export const didwwDiagnosis: CarrierDiagnosis = {
  checks: [...checks, ...inboundChecks],
  destinations: { transports: ["udp", "tcp", "tls"], listed: false },
  // Caller ids may be any of the account's.
  needsNumbers: false,
  admission: ({ auth_type, attributes }) => ({
    by: auth_type === "twilio" || isInbound({ attributes }) ? "none" : "addresses",
    logins: [],
    needsLogin: auth_type === "credentials_and_ip",
  }),
  mediaEncryption({ attributes }) {
    const mode = attributes?.["media_encryption_mode"];
    if (typeof mode !== "string") return undefined;
    return { encrypted: mode !== "disabled", said: `the trunk's media_encryption_mode is ${quoteText(mode)}` };
  },
  repairs: {
    // The whole list goes in one call.
    relist: (trunk, { add, remove }) => {
      const kept = (trunk.whitelisted_ips ?? []).filter((entry) => !remove.includes(entry)).map(cidr);
      return [change(trunk, { allowed_sip_ips: [...kept, ...add] })];
    },
    activate: (trunk) => change(trunk, { status: "active" }),
    setMediaEncryption: (trunk, encrypted) =>
      (isInbound(trunk) ? changeIn : change)(trunk, { media_encryption_mode: encrypted ? "srtp_sdes" : "disabled" }),
  },
};
