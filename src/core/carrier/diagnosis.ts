import * as z from "zod";
import type { GatewayList } from "./gateway.ts";
import type { TrunkDetail, WhitelistedIp } from "./trunk.ts";

/** `unknown`: it cannot be told from here. `manual`: nobody but a person can look. `skipped`: what it needs did not hold. */
export const checkStatusSchema = z.enum(["pass", "warn", "fail", "unknown", "manual", "skipped"]);
export type CheckStatus = z.infer<typeof checkStatusSchema>;

/** A call that repairs what was found, ready to send. */
export const repairSchema = z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) });
export type Repair = z.infer<typeof repairSchema>;

export const findingSchema = z.object({
  check: z.string(),
  status: checkStatusSchema,
  /** The destination, gateway or host that it is about; absent for the trunk itself. */
  peer: z.string().optional(),
  title: z.string(),
  evidence: z.string().optional(),
  remedy: z.string().optional(),
  /** In this order. */
  repair: z.array(repairSchema).optional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** A check's result; the check's name is added around it. */
export type Verdict = Omit<Finding, "check" | "peer">;

export const checkDirectionSchema = z.enum(["outbound", "inbound", "voice_ai"]);
export type CheckDirection = z.infer<typeof checkDirectionSchema>;

/** How a carrier knows whose calls it takes. `either`: whitelisted addresses or a login. `none`: the trunk shows neither. */
export interface Admission {
  by: "either" | "addresses" | "none";
  /** User names that somebody chose. */
  logins: string[];
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
  platform: PlatformFacts | undefined;
  /** Example addresses count. */
  sandbox: boolean;
  /** The SIP domain that belongs to the account; absent where the carrier has none. */
  accountDomain?: string | undefined;
  /** The text of a configuration that is in use. */
  config: string | undefined;
}

/** As much of a voice platform as a trunk is compared with. */
export interface PlatformFacts {
  id: string;
  title: string;
  /** From where it places calls; empty where it publishes nothing. */
  egress: { addresses: string[]; region?: string | undefined }[];
  ask: string;
}

export function callsOut({ directions }: Pick<CheckFacts, "directions">): boolean {
  return directions.has("outbound") || directions.has("voice_ai");
}

export interface Check<Facts = CheckFacts> {
  /** As the documents of this project name it. */
  id: string;
  /** Checks that must not have failed; else this one is skipped. */
  needs?: readonly string[];
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
  /** Ranges as `44.248.146.8/29`. One call after the other leaves all of them on the list. */
  whitelist?(trunk: TrunkDetail, ranges: readonly string[]): Repair[];
  unlist?(trunk: TrunkDetail, entry: WhitelistedIp): Repair | undefined;
  addDestination?(trunk: TrunkDetail, destination: string): Repair;
  removeDestination?(trunk: TrunkDetail, destinationUriId: string): Repair;
  setAlias?(trunk: TrunkDetail, number: string): Repair;
  setMode?(trunk: TrunkDetail, row: { phone_number_id: string; phone_number: string }, mode: "pstn" | "flow"): Repair;
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
  /** A further reason why the API may refuse a right key. */
  keyRefused?: string;
  /** Facts of the account that are part of no trunk. */
  accountDomain?(client: Client): string;
}
