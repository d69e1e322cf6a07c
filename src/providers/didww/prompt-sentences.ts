import type { CarrierPromptSentences } from "../../core/carrier/prompt-sentences.ts";

export const didwwPromptSentences: CarrierPromptSentences = {
  afterRemoval: "The DIDs stay in the account and go on being charged.",
  security:
    "DIDWW: a threshold_amount above what a bad day may cost (3,000 a day when none was set), default_dst_action allow_all with few dst_prefixes (they are exceptions to it), allow_any_did_as_cli, media_encryption_mode disabled.",
  causes: {
    "401": ["A host that asks DIDWW for a login needs auth_user and auth_password on the voice in trunk, the same pair on both sides."],
    "404": ["A host that many share compares the called number exactly: username {DID} has no plus sign, +{DID} has."],
    no_inbound: [
      "The number goes nowhere or elsewhere (didww_list_dids), waits for its registration, or is blocked; then no routing helps.",
      "The firewall does not let in all seven addresses of DIDWW: any may bring a call.",
    ],
    wrong_caller_id: [
      "on_cli_mismatch_action decides about a caller id that is no DID of the trunk: sent unchanged, rejected, replaced or random.",
    ],
    no_audio: [
      "media_encryption_mode of the trunk decides whether media are encrypted; srtp_sdes needs transport tls on a trunk for calls in.",
    ],
  },
};
