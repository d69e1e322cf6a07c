import type { ShownTrunk } from "./shown-trunk.ts";

/** A carrier's words for pictures of its trunks. */
export interface CarrierPicture {
  /** Its own fields in the words of a person. */
  fields: Readonly<Record<string, string>>;
  /** Facts about a trunk's calls that its common lists do not tell. */
  calls?(trunk: ShownTrunk): TrunkCalls;
}

export interface TrunkCalls {
  /** The only way of its calls, where it has one only. */
  only?: "in" | "out";
  /** A voice platform: carriers call it, and its own agents call out. */
  isPlatform?: boolean;
  /** Answers to calls in, besides destinations. */
  answers?: readonly string[];
  /** Sentences about what refuses calls now. */
  alarms?: readonly string[];
}
