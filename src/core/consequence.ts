/** Where calls go. A person reads it first on every page and form and in every command. */
export interface Where {
  sandbox: boolean;
  text: string;
}

/** From the gravest to the plainest. */
export const gravities = ["lost", "opened", "weakened", "costs", "changed", "made"] as const;
export type Gravity = (typeof gravities)[number];

/** These are shown whole, or nobody is asked. */
export function isGrave(gravity: Gravity): boolean {
  return gravity !== "changed" && gravity !== "made";
}

/** One thing that a call or a step would do to a trunk. */
export interface Item {
  gravity: Gravity;
  /** The trunk's id, or its name where it is to be created. */
  trunk: string;
  /** The range, amount, number, host, id or name. */
  what: string;
  /** A whole sentence, foreign names quoted. */
  detail: string;
  /** A person has to agree to it. */
  asks: boolean;
  /** The calls that are refused once it is done, in a sentence for afterwards. */
  stops?: string;
  /** Plain items of one group may stand in one line: "60 numbers: …". */
  group?: string;
}

/** A trunk that is spoken of, or a thing beside trunks. */
export interface AboutTrunk {
  /** The word for it; absent: it is a trunk. */
  what?: string;
  /** Of the carrier, as people know it. */
  carrier: string;
  /** Absent: it is to be created. */
  trunk_id?: string | undefined;
  trunk_name: string;
  /** By what a person recognises it: status, when it was made, what it spent. */
  facts: string[];
  /** Names that it had within the last 30 days, and until when. */
  earlier?: { name: string; until: number }[];
}

/** Under which an item names its trunk. */
export function keyOf({ trunk_id, trunk_name }: AboutTrunk): string {
  return trunk_id ?? trunk_name;
}

/** The data of a question to a person. Sentences are made from it in one place. */
export interface Consequence {
  /** Where it would be done. */
  where?: Where;
  /** The act in a few words: "Delete trunk …". */
  heading: string;
  /** The outcome in words, where trunk by trunk it could not be seen. */
  purpose?: string[];
  trunks: AboutTrunk[];
  items: Item[];
  /** Notes beside the items: which calls stop, what stays elsewhere. */
  remarks: string[];
  /** Inputs that the person types where they decide, so that they never were in the conversation. */
  typesSecret?: string[];
  /** The asking program's own name for itself: foreign text. */
  client?: string | undefined;
  /** The words that the person types to agree. */
  confirm: string;
  /** The live state that this describes. The approval is void once it changed. */
  state: unknown;
}
