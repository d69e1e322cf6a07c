/** The guides that speak of carriers one by one. */
export type GuideTopic = "outbound" | "inbound" | "voice-ai" | "error-codes" | "limits" | "pbx-settings";

/** A carrier's part of each guide: lines of Markdown that begin with a heading. */
export type CarrierGuides = Partial<Record<GuideTopic, readonly string[]>>;
