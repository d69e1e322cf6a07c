import type { CarrierPromptSentences } from "../../core/carrier/prompt-sentences.ts";

export const didwwPromptSentences: CarrierPromptSentences = {
  afterRemoval: "The DIDs stay in the account and go on being charged.",
  security:
    "DIDWW: a threshold_amount above what a bad day may cost (3,000 a day when none was set), default_dst_action allow_all with few dst_prefixes (they are exceptions to it), allow_any_did_as_cli, media_encryption_mode disabled.",
  causes: {
    wrong_caller_id: [
      "on_cli_mismatch_action decides about a caller id that is no DID of the trunk: sent unchanged, rejected, replaced or random.",
    ],
    no_audio: ["media_encryption_mode of the trunk decides whether media are encrypted."],
  },
};
