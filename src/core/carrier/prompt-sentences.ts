/** The symptoms that troubleshooting begins with. */
export const symptoms = ["401", "403", "404", "no_inbound", "no_audio"] as const;
export type Symptom = (typeof symptoms)[number];

/** What a carrier adds to the prompts that speak of every carrier. */
export interface CarrierPromptSentences {
  /** What stays at the carrier once a trunk is gone, and what the person does about it. */
  afterRemoval: string;
  /** What else decides who may place calls. */
  security?: string;
  /** Its own causes of each symptom. */
  causes?: Partial<Record<Symptom, string[]>>;
}
