import type { InputFinding } from "../../core/input-finding.ts";
import { checkAddressOrRange } from "../../rules/address.ts";
import { refuse, warning } from "../../rules/findings.ts";
import type { NewTrunk, TrunkChange, TrunkFields } from "./fields.ts";
import { isUuid } from "./view.ts";

type Findings = (InputFinding | undefined)[];

/** The amount that DIDWW lets a trunk spend in 24 hours by default. */
export const DEFAULT_THRESHOLD = 3_000;

const TO_EMPTY = "Pass what is to change; none empties tech_prefix, threshold_amount, callback_url or external_reference_id.";

export function checkNewTrunk(input: NewTrunk, sandbox: boolean): Findings {
  const authenticates = input.allowed_sip_ips !== undefined || input.twilio_account_sid !== undefined;
  return [
    authenticates
      ? undefined
      : refuse(
          "allowed_sip_ips",
          "A trunk needs allowed_sip_ips, or twilio_account_sid. Nothing was sent.",
          "Pass the addresses of your PBX.",
        ),
    ...checkTrunkFields(input, sandbox),
    input.threshold_amount === undefined
      ? warning("threshold_amount", "No threshold_amount was given: DIDWW lets this trunk spend 3,000 in any 24 hours by default.")
      : undefined,
    input.on_cli_mismatch_action === "reject_call" && !input.dids?.length && input.allow_any_did_as_cli !== true
      ? warning(
          "dids",
          "Every call will be rejected: on_cli_mismatch_action is reject_call, and no number is a caller id yet. Add dids, or allow_any_did_as_cli.",
        )
      : undefined,
  ];
}

export function checkTrunkChange({ trunk_id: _, ...fields }: TrunkChange, sandbox: boolean): Findings {
  const isEmpty = Object.values(fields).every((value) => value === undefined);
  return [
    isEmpty ? refuse("trunk_id", "Nothing to change was given. Nothing was sent.", TO_EMPTY) : undefined,
    ...checkTrunkFields(fields, sandbox),
  ];
}

function checkTrunkFields(input: TrunkFields, sandbox: boolean): Findings {
  return [
    ...checkLogin(input, sandbox),
    ...checkAddresses("allowed_rtp_ips", input.allowed_rtp_ips, sandbox),
    ...checkRouting(input),
    checkAmount(input.threshold_amount),
    checkUrl(input.callback_url),
  ];
}

function checkLogin({ allowed_sip_ips, tech_prefix, twilio_account_sid }: TrunkFields, sandbox: boolean): Findings {
  const mixed = twilio_account_sid !== undefined && (allowed_sip_ips !== undefined || tech_prefix !== undefined);
  return [
    mixed
      ? refuse(
          "twilio_account_sid",
          "A trunk authenticates by twilio_account_sid, or by login with allowed_sip_ips and tech_prefix, not by both. Nothing was sent.",
        )
      : undefined,
    tech_prefix === undefined || /^[\d#]{0,8}$/.test(tech_prefix)
      ? undefined
      : refuse("tech_prefix", "A tech prefix is up to 8 digits and #. Nothing was sent."),
    twilio_account_sid === undefined || /^AC[0-9a-f]{32}$/i.test(twilio_account_sid)
      ? undefined
      : refuse("twilio_account_sid", "A Twilio account SID is AC and 32 hexadecimal digits. Nothing was sent."),
    ...checkAddresses("allowed_sip_ips", allowed_sip_ips, sandbox),
  ];
}

function checkAddresses(field: string, list: readonly string[] | undefined, sandbox: boolean): Findings {
  return (list ?? []).map((entry, index) => checkAddressOrRange(`${field}.${index}`, entry, sandbox));
}

function checkRouting({ dids, allow_any_did_as_cli, dst_prefixes }: TrunkFields): Findings {
  const prefix = dst_prefixes?.findIndex((value) => !/^\d{1,15}$/.test(value)) ?? -1;
  const did = dids?.findIndex((id) => !isUuid(id)) ?? -1;
  return [
    dids !== undefined && allow_any_did_as_cli === true
      ? refuse("dids", "DIDWW takes dids only where allow_any_did_as_cli is false. Nothing was sent.", "Leave one of the two out.")
      : undefined,
    prefix < 0 ? undefined : refuse(`dst_prefixes.${prefix}`, "A destination prefix is digits only, such as 44. Nothing was sent."),
    did < 0
      ? undefined
      : refuse(
          `dids.${did}`,
          "A DID is given by its id, a UUID; a direct call of the tool takes its number too. Nothing was sent.",
          "get_trunk shows the ids of a trunk's DIDs as phone_number_id.",
        ),
  ];
}

function checkAmount(value: string | undefined): InputFinding | undefined {
  if (!value || (/^\d{1,6}(\.\d{1,4})?$/.test(value) && Number(value) <= 100_000)) return undefined;
  return refuse("threshold_amount", "A threshold is a decimal from 0.0 to 100000.0, such as 50.0. Nothing was sent.");
}

function checkUrl(value: string | undefined): InputFinding | undefined {
  if (!value || (/^https?:\/\//i.test(value) && URL.canParse(value))) return undefined;
  return refuse("callback_url", "The callback must be an http or https URL. Nothing was sent.", "Write it like https://example.com/didww.");
}
