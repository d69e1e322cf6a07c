import { cleanText } from "../text.ts";
import type { TrunkDetail } from "./trunk.ts";

/** Addresses that may place calls. Both ends belong to it. */
export interface CallerRange {
  /** As it is listed. */
  text: string;
  family: 4 | 6;
  first: bigint;
  last: bigint;
}

/** A number, a destination or a caller id: something that calls come to, or go out with. */
export interface Route {
  /** The same key with another `to` is the same route that leads elsewhere. */
  key: string;
  /** Names the route in a sentence: "number +918044319240". */
  what: string;
  /** The destination of its calls now, in a sentence. */
  to: string;
  /** Compared too, where `to` is cut: all that decides where its calls go. */
  whole?: string;
  /** It shares its calls with the others of its kind: a further one takes some of theirs. */
  shares?: string;
}

/** The numbers that may be called: everything but the exceptions, or nothing but the exceptions. */
export interface DialledNumbers {
  otherwise: "allowed" | "rejected";
  exceptions: readonly string[];
}

/** Limits on the cost of calls. An absent amount is no limit. */
export interface Spending {
  /** In any 24 hours. */
  threshold?: number | undefined;
  /** Calls at the same time. */
  capacity?: number | undefined;
  dialled: DialledNumbers;
  /** Countries that may be called, where the carrier permits them by name: two letters each. Several share one prefix. */
  countries?: readonly string[] | undefined;
}

/** A rule that protects a trunk. */
export interface Guard {
  /** Under the carrier's own name. */
  name: string;
  /** In a sentence. */
  value: string;
  /** Compared too, where `value` is cut. */
  whole?: string;
  /** From guarded (0) to open. At the same level above 0 another value is as grave as a higher one. */
  level: number;
  /** Callers depend on the value: another one stops them. */
  needed?: boolean;
}

/** A trunk as sets: everything about it that a person may have to agree to. */
export interface Reach {
  callers: readonly CallerRange[];
  /** User names that may call. */
  logins: readonly string[];
  /** The carrier does not list those that were added: how many there are cannot be told. */
  loginsUntold?: boolean;
  /** In words: somebody else who may call, whom the trunk's lists do not hold. */
  othersMayCall?: string;
  routes: readonly Route[];
  /** Calls have a way that the trunk's lists do not hold. */
  routedOtherwise?: boolean;
  spending: Spending;
  guards: readonly Guard[];
  alias?: string | undefined;
}

/** How a carrier's trunks are judged. Pure, and total over the common view. */
export interface CarrierReach {
  /** Of a live trunk; of `undefined`: what a new trunk has by the carrier's own defaults, which nobody has to agree to. */
  reach(trunk: TrunkDetail | undefined): Reach;
  /** The same defaults for a new trunk of this one's kind, where a carrier has several kinds. */
  fresh?(trunk: TrunkDetail): Reach;
  /** Notes for a person that no set holds: what stays elsewhere, which calls stop. */
  remarks?(before: TrunkDetail | undefined, after: TrunkDetail | undefined): string[];
}

/** The defaults of a new trunk of the same kind. */
export function freshReach(carrier: CarrierReach, trunk: TrunkDetail | undefined): Reach {
  return trunk && carrier.fresh ? carrier.fresh(trunk) : carrier.reach(undefined);
}

/** A trunk with nothing on it. */
export const emptyReach: Reach = {
  callers: [],
  logins: [],
  routes: [],
  spending: { dialled: { otherwise: "allowed", exceptions: [] } },
  guards: [],
};

const SHOWN = 120;

/** A guard by its whole value. `shown`: the value in a sentence, which may be cut. */
export function guard(name: string, whole: string, level: number, shown: string = cleanText(whole, SHOWN)): Guard {
  return { name, value: shown, whole, level };
}
