import type { TrunkKind } from "../../../core/tool.ts";
import { isInbound } from "./view.ts";

/** Trunks for calls in and for calls out are other records, which no call turns into each other. */
export const voiceInTrunks: TrunkKind = {
  what: "voice in trunk",
  is: isInbound,
  hint: "It is for calls out: the tools for voice out trunks take it. list_trunks shows both kinds.",
};

export const voiceOutTrunks: TrunkKind = {
  what: "voice out trunk",
  is: (trunk) => !isInbound(trunk),
  hint: "It is for calls in: the tools for voice in trunks take it. list_trunks shows both kinds.",
};
