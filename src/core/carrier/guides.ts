/** The guides that speak of carriers one by one. */
export type GuideTopic = "outbound" | "inbound" | "voice-ai" | "error-codes" | "limits" | "pbx-settings";

/** What a carrier has to say in each guide: lines of Markdown that begin with a heading. */
export type CarrierGuides = Partial<Record<GuideTopic, readonly string[]>>;
