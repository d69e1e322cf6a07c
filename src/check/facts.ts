import { isIP } from "node:net";
import * as z from "zod";
import {
  type CarrierDiagnosis,
  type CheckDirection,
  type CheckFacts,
  callsOut,
  checkDirectionSchema,
  type Holder,
} from "../core/carrier/diagnosis.ts";
import { directionsOf } from "../core/carrier/directions.ts";
import type { Carrier } from "../core/carrier/provider.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { TrunkError } from "../core/errors.ts";
import type { Local } from "../core/local.ts";
import { quoteText } from "../core/text.ts";
import { voicePlatforms } from "../pbx/platforms.ts";
import { readWorkFile } from "../pbx/read-file.ts";
import { mayMean, readingsOf } from "../rules/phone-number.ts";
import { type Followed, follow } from "./connection/follow.ts";
import { knownPorts, parseHost } from "./find-peers.ts";

export const checkTrunkInput = z.strictObject({
  provider: z.string().max(32).optional().describe("Its carrier"),
  trunk_id: z.string().min(1).max(128).describe("Name or number too"),
  direction: checkDirectionSchema.optional().describe("Default: all in use"),
  pbx_ip: z.string().max(45).optional().describe("From which the PBX calls"),
  phone_number: z.string().max(32).optional().describe("Number in question"),
  platform: z.enum(["livekit", "vapi", "retell", "elevenlabs", "openai", "daily"]).optional().describe("Voice platform in use"),
  host: z.string().max(300).optional().describe("Gateway in use: host:port;transport=tls"),
  from_pbx: z.boolean().optional().describe("This machine calls from the PBX's address"),
  config: z.string().max(50_000).optional().describe("Exported file: path or text"),
  details: z.boolean().optional().describe("Adds each check's status"),
});
export type CheckTrunkInput = z.infer<typeof checkTrunkInput>;

export interface CheckWorld {
  carriers: readonly Carrier[];
  local: Local;
  signal: AbortSignal;
  progress?(done: number, total: number, message: string): void;
}

export type AllFacts = CheckFacts & {
  carrierChecks: CarrierDiagnosis["checks"];
  errorCodeHeader: string | undefined;
  /** The carrier's own choice of the hosts to ask. */
  hosts: string[] | undefined;
  followed: Followed;
};

/** Everything that can be known of a trunk without asking a peer. */
export async function factsFor(
  input: Partial<CheckTrunkInput>,
  trunk: TrunkDetail,
  world: CheckWorld,
  known?: Followed,
): Promise<AllFacts> {
  const { local } = world;
  const carrier = world.carriers.find(({ provider }) => provider.id === trunk.provider);
  const [list, diagnosis, connected] = await Promise.all([
    carrier?.provider.gateways?.(),
    carrier?.provider.diagnosis?.(),
    carrier?.connected(),
  ]);
  const directions = directionsFor(input, trunk);
  if (input.host !== undefined) parseHost(input.host, local.probes, knownPorts(trunk, list));
  if (input.pbx_ip !== undefined && isIP(input.pbx_ip) === 0)
    throw new TrunkError("invalid_input", `pbx_ip: ${quoteText(input.pbx_ip)} is no address. Nothing was sent.`, { field: "pbx_ip" });
  const number = input.phone_number === undefined ? undefined : readNumber(input.phone_number, trunk);
  const followed = known ?? (await follow({ trunk, directions, carriers: world.carriers, signal: world.signal }));
  return {
    trunk,
    directions,
    followed,
    connection: connectionOf(followed),
    list,
    repairs: diagnosis?.repairs ?? {},
    admission: diagnosis?.admission(trunk) ?? { by: "none", logins: [] },
    needsNumbers: diagnosis?.needsNumbers ?? false,
    destinations: diagnosis?.destinations,
    mediaEncryption: diagnosis?.mediaEncryption?.(trunk),
    placesCalls: diagnosis?.placesCalls ?? false,
    platform: voicePlatforms().find(({ id }) => id === input.platform),
    sandbox: !local.probes.carriers,
    accountDomain: diagnosis?.accountDomain?.(connected?.client as never),
    pbxIp: input.pbx_ip,
    number,
    holders: await holdersOf(trunk, number, diagnosis, world),
    countries: callsOut({ directions }) ? await countriesOf(diagnosis, connected?.client, world.signal) : undefined,
    config: input.config === undefined ? undefined : await configText(input.config, local),
    carrierChecks: diagnosis?.checks ?? [],
    errorCodeHeader: carrier?.provider.errorCodeHeader,
    hosts: diagnosis?.hosts?.(trunk),
  };
}

function connectionOf({ links: [first] }: Followed): CheckFacts["connection"] {
  return first && { ranges: first.platform.ranges };
}

/** A key may be good for trunks and not for this: that is told, and the rest is judged. */
async function countriesOf(
  diagnosis: CarrierDiagnosis | undefined,
  client: unknown,
  signal: AbortSignal,
): Promise<CheckFacts["countries"]> {
  try {
    return await diagnosis?.countries?.(client as never, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrunkError) return { problem: error.message };
    throw error;
  }
}

/** A trunk that is set up for nothing yet is judged as one for calls out, and so is one over which somebody is said to call. */
function directionsFor({ direction, pbx_ip, from_pbx }: Partial<CheckTrunkInput>, trunk: TrunkDetail): Set<CheckDirection> {
  const directions = new Set<CheckDirection>(direction ? [direction] : directionsOf(trunk));
  const isSaidToCall = direction === undefined && (pbx_ip !== undefined || from_pbx === true);
  if (directions.size === 0 || (isSaidToCall && !callsOut({ directions }))) directions.add("outbound");
  return directions;
}

/** As the trunk has it, or in the one reading that there is. */
function readNumber(said: string, { phone_numbers = [] }: TrunkDetail): string {
  const own = phone_numbers.find(({ phone_number }) => mayMean(said, phone_number));
  const [only, ...others] = own ? [own.phone_number] : readingsOf(said);
  if (only !== undefined && others.length === 0) return only;
  throw new TrunkError("invalid_input", `phone_number: ${quoteText(said)} cannot be read as one number. Nothing was sent.`, {
    field: "phone_number",
    hint: "Write it like +918044319240.",
  });
}

/** Looks up a number that the trunk does not have, and those of an account at another carrier. One request each. */
async function holdersOf(
  trunk: TrunkDetail,
  number: string | undefined,
  diagnosis: CarrierDiagnosis | undefined,
  { carriers, signal }: CheckWorld,
): Promise<Holder[]> {
  const isMissing =
    number !== undefined && diagnosis?.findNumber && trunk.phone_numbers?.every(({ phone_number }) => phone_number !== number);
  const elsewhere = diagnosis?.numbersAt?.(trunk);
  const wanted = [
    ...(isMissing ? [{ provider: trunk.provider, number }] : []),
    ...(elsewhere?.numbers ?? []).map((one) => ({ provider: elsewhere?.provider ?? "", number: one })),
  ];
  return await Promise.all(wanted.map(async (one) => await holderOf(one.provider, one.number, carriers, signal)));
}

async function holderOf(id: string, number: string, carriers: readonly Carrier[], signal: AbortSignal): Promise<Holder> {
  const carrier = carriers.find(({ provider }) => provider.id === id);
  const title = carrier?.provider.title ?? id;
  const diagnosis = await carrier?.provider.diagnosis?.();
  if (!carrier || !diagnosis?.findNumber)
    return { number, carrier: title, trunks: [], problem: `no account of ${title} is configured here` };
  try {
    const { client } = await carrier.connected();
    return { number, carrier: title, trunks: await diagnosis.findNumber(client as never, number, signal) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrunkError && error.code === "not_found") return { number, carrier: title, trunks: [] };
    if (error instanceof TrunkError) return { number, carrier: title, trunks: [], problem: error.message };
    throw error;
  }
}

async function configText(config: string, { output }: Local): Promise<string> {
  if (config.includes("\n")) return config;
  if (output.kind === "folder") return await readWorkFile(output.base, config);
  throw new TrunkError("invalid_input", "This server sees no files of yours. Nothing was sent.", {
    field: "config",
    hint: "Pass the file's text.",
  });
}
