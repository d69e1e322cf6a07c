/** The symptoms that troubleshooting begins with. */
export const symptoms = ["401", "403", "404", "wrong_caller_id", "no_inbound", "no_audio"] as const;
export type Symptom = (typeof symptoms)[number];

/** A carrier's sentences for the prompts that speak of every carrier. */
export interface CarrierPromptSentences {
  /** Says what stays at the carrier once a trunk is gone, and what the person does about it. */
  afterRemoval: string;
  /** Says what else decides who may place calls. */
  security?: string;
  /** Its own causes of each symptom. */
  causes?: Partial<Record<Symptom, string[]>>;
}
