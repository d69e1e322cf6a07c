import type { UseCase } from "./setup.ts";

/** The symptoms that troubleshooting begins with. */
export const symptoms = ["401", "403", "404", "wrong_caller_id", "no_inbound", "no_audio"] as const;
export type Symptom = (typeof symptoms)[number];

/** A carrier's sentences for the prompts that speak of every carrier. */
export interface CarrierPromptSentences {
  /** Says what stays at the carrier once a trunk is gone, and what the person does about it. */
  afterRemoval: string;
  /** Its own steps of a setup, between the plan and the proof. `trunk`: its name as JSON. */
  setup?: Partial<Record<UseCase, (trunk: string) => string[]>>;
  /** Says what else decides who may place calls. */
  security?: string;
  /** Its own causes of each symptom. */
  causes?: Partial<Record<Symptom, string[]>>;
}
