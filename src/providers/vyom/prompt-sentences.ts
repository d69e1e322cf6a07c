import type { CarrierPromptSentences } from "../../core/carrier/prompt-sentences.ts";

export const vyomPromptSentences: CarrierPromptSentences = {
  afterRemoval:
    "The LiveKit trunk and its credentials stay; tell the person to remove them there and to change the password at the carrier.",
  security:
    "Vyom: deactivated trunks keep their LiveKit trunk and credentials, which no list shows; ask the person whether old ones were removed there.",
};
