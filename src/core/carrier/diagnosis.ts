import * as z from "zod";
import type { GatewayList } from "./gateway.ts";
import type { TrunkDetail, WhitelistedIp } from "./trunk.ts";

/** `unknown`: it cannot be told from here. `manual`: nobody but a person can look. `skipped`: what it needs did not hold. */
export const checkStatusSchema = z.enum(["pass", "warn", "fail", "unknown", "manual", "skipped"]);
export type CheckStatus = z.infer<typeof checkStatusSchema>;

/** A call that repairs what was found, ready to send. */
export const repairSchema = z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) });
export type Repair = z.infer<typeof repairSchema>;

/** Stands in a repair for a value that only a person knows. */
export const ASK = "[ask the person]";

export const checkDirectionSchema = z.enum(["outbound", "inbound", "voice_ai"]);
export type CheckDirection = z.infer<typeof checkDirectionSchema>;

export const findingSchema = z.object({
  check: z.string(),
  status: checkStatusSchema,
  /** The calls that it concerns. */
  direction: z.enum([...checkDirectionSchema.options, "all"]),
  /** The destination, gateway or host that it is about; absent for the trunk itself. */
  peer: z.string().optional(),
  /** All of them, where the same is found of several. */
  peers: z.array(z.string()).optional(),
  /** The trunk at the other end of the connection, where it is about that one. */
  trunk: z.object({ provider: z.string(), trunk_id: z.string(), trunk_name: z.string() }).optional(),
  title: z.string(),
  evidence: z.string().optional(),
  remedy: z.string().optional(),
  /** In this order. */
  repair: z.array(repairSchema).optional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** A check's result; the check's name and direction are added around it. */
export type Verdict = Omit<Finding, "check" | "peer" | "peers" | "trunk" | "direction">;

/** How a carrier knows whose calls it takes. `either`: whitelisted addresses or a login. `none`: the trunk shows neither. */
export interface Admission {
  by: "either" | "addresses" | "none";
  /** User names that somebody chose. */
  logins: string[];
  /** Besides the address a login is asked for in every call. */
  needsLogin?: boolean;
}

/** How a carrier sends its calls to a trunk's destinations. */
export interface DestinationRules {
  transports: readonly string[];
  /** An address is a destination only where it is whitelisted too. */
  listed: boolean;
}

/** A setting of the trunk that decides whether media are encrypted. */
export interface MediaEncryption {
  encrypted: boolean;
  /** In a sentence: the trunk's media_encryption_mode is "disabled". */
  said: string;
}

/** The countries that an account may call. `risky`: those with numbers that fraud uses. */
export interface CountryRules {
  allowed: readonly string[];
  risky: readonly string[];
}

/** Facts that are known without asking any peer. */
export interface CheckFacts {
  trunk: TrunkDetail;
  directions: ReadonlySet<CheckDirection>;
  /** The carrier's list of gateways and addresses, where somebody has published one. */
  list: GatewayList | undefined;
  repairs: CarrierRepairs;
  admission: Admission;
  needsNumbers: boolean;
  /** Absent where nothing is known of it. */
  destinations?: DestinationRules | undefined;
  mediaEncryption?: MediaEncryption | undefined;
  /** `problem`: why nobody could look. */
  countries?: CountryRules | { problem: string } | undefined;
  platform: PlatformFacts | undefined;
  /** Example addresses count. */
  sandbox: boolean;
  /** The SIP domain that belongs to the account; absent where the carrier has none. */
  accountDomain?: string | undefined;
  /** The carrier's own servers place the calls: nothing of the person's asks its gateways. */
  placesCalls: boolean;
  /** The address that the PBX calls from, and the number that the question is about, as a person named them. */
  pbxIp?: string | undefined;
  number?: string | undefined;
  /** Where the carrier whose numbers these are has them. */
  holders?: readonly Holder[] | undefined;
  /** The text of a configuration that is in use. */
  config: string | undefined;
  /** Set where the other end is known and compared: that says more than a guess from this end. */
  connection?: { /** From where the platform calls. */ ranges: readonly string[] } | undefined;
}

/** A number, and the trunks of one carrier that have it. Without trunks, `problem` says why nobody could look. */
export interface Holder {
  number: string;
  carrier: string;
  trunks: { trunk_id: string; trunk_name?: string | undefined }[];
  problem?: string | undefined;
}

/** As much of a voice platform as a trunk is compared with. */
export interface PlatformFacts {
  id: string;
  title: string;
  /** From where it places calls; empty where it publishes nothing. */
  egress: { addresses: string[]; region?: string | undefined }[];
  ask: string;
}

/** A verdict's direction by the calls that its check is about. */
export function directionOf(calls: Check["calls"], directions: ReadonlySet<CheckDirection>): Finding["direction"] {
  if (calls === "in") return "inbound";
  if (calls === undefined) return "all";
  return directions.has("voice_ai") && !directions.has("outbound") ? "voice_ai" : "outbound";
}

export function callsOut({ directions }: Pick<CheckFacts, "directions">): boolean {
  return directions.has("outbound") || directions.has("voice_ai");
}

export interface Check<Facts = CheckFacts> {
  /** As the documents of this project name it. */
  id: string;
  /** Checks that must not have failed; else this one is skipped. */
  needs?: readonly string[];
  /** The calls that it is about: those that the person places, or those that come in. Absent: both. */
  calls?: "out" | "in";
  appliesTo?(facts: Facts): boolean;
  run(facts: Facts): Verdict[];
  /** The cause of a refused call that it finds. */
  finds?: CallCause;
}

/** Causes of refused calls that a carrier's own checks can find. */
export type CallCause = "caller_id" | "gateway" | "permission";

export function defineCheck<Facts = CheckFacts>(check: Check<Facts>): Check<Facts> {
  return check;
}

/** Calls of a carrier's own tools. Absent where the carrier has no tool. */
export interface CarrierRepairs {
  /** A change of the whitelist; ranges as `44.248.146.8/29`. What is added comes before what is removed, so that nobody is shut out between. */
  relist?(trunk: TrunkDetail, change: { add: readonly string[]; remove: readonly WhitelistedIp[] }): Repair[];
  addDestination?(trunk: TrunkDetail, destination: string): Repair;
  removeDestination?(trunk: TrunkDetail, destinationUriId: string): Repair;
  setAlias?(trunk: TrunkDetail, number: string): Repair;
  setMode?(trunk: TrunkDetail, phoneNumber: string, mode: "pstn" | "flow"): Repair;
  unmapNumber?(trunk: TrunkDetail, phoneNumberId: string): Repair;
  mapNumber?(trunk: TrunkDetail, number: string): Repair;
  activate?(trunk: TrunkDetail): Repair;
  setMediaEncryption?(trunk: TrunkDetail, encrypted: boolean): Repair;
}

/** A carrier's own checks, beside those that hold for all. */
export interface CarrierDiagnosis<Client = unknown> {
  checks: readonly Check[];
  repairs: CarrierRepairs;
  /** No call passes without a number of the trunk's own. */
  needsNumbers: boolean;
  admission(trunk: TrunkDetail): Admission;
  /** The meaning of a code in the carrier's own header of SIP answers. */
  errorCode?(code: string): string;
  placesCalls?: true;
  /** The hosts to ask about this trunk, as `host:port;transport=tls`, where they are neither its destinations nor the gateways of the list. */
  hosts?(trunk: TrunkDetail): string[];
  /** A further reason why the API may refuse a right key. */
  keyRefused?: string;
  /** The trunks of the account to which a number is mapped. */
  findNumber?(client: Client, number: string, signal: AbortSignal): Promise<Holder["trunks"]>;
  /** Numbers of this trunk that belong to an account at another carrier, which may be configured here. */
  numbersAt?(trunk: TrunkDetail): { provider: string; numbers: string[] } | undefined;
  destinations?: DestinationRules;
  mediaEncryption?(trunk: TrunkDetail): MediaEncryption | undefined;
  /** Facts of the account that are part of no trunk. */
  accountDomain?(client: Client): string;
  countries?(client: Client, signal: AbortSignal): Promise<CountryRules>;
}
