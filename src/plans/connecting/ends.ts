import type { CarrierEnd, ConnectionWish, WantedConnection } from "../../core/carrier/connection.ts";
import { trunksCalled } from "../../core/carrier/find-trunk.ts";
import type { Question } from "../../core/carrier/planner.ts";
import { type Carrier, type ConnectedProvider, chosenCarriers } from "../../core/carrier/provider.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { countryOf, readingsOf } from "../../rules/phone-number.ts";
import { plannerOf } from "../planning/observe.ts";
import { findPlatform, type Platform, sipHostOf } from "./platform.ts";

/** A carrier, ready to be asked, and its end of a connection. */
export interface End {
  carrier: Carrier;
  connected: ConnectedProvider<unknown>;
  side: CarrierEnd;
}

export interface Ends {
  carrier: End;
  platform: Platform;
  /** The platform's host for calls in. */
  sipHost: string;
  /** Only the caller says so. */
  isHostSaid: boolean;
  wish: ConnectionWish;
}

/** Both ends of what is wanted, or the questions that only the person can answer. */
export async function findEnds(
  wanted: WantedConnection,
  carriers: readonly Carrier[],
  signal: AbortSignal,
): Promise<Ends | { questions: Question[] }> {
  const platform = await findPlatform(wanted.platform, carriers);
  const host = sipHostOf(platform, wanted);
  const carrier = await carrierOf(wanted, carriers, signal);
  if ("question" in carrier) return { questions: [carrier.question, ...("question" in host ? [host.question] : [])] };
  const found = await wishOf(wanted, carrier, signal);
  const questions = [host, found].flatMap((one) => ("question" in one ? [one.question] : []));
  if ("question" in host || "question" in found) return { questions };
  return { carrier, platform, sipHost: host.host, isHostSaid: host.isSaid, wish: found };
}

async function carrierOf(
  { provider: said, trunk, numbers: [number] = [] }: WantedConnection,
  carriers: readonly Carrier[],
  signal: AbortSignal,
): Promise<End | { question: Question }> {
  const able = (said === undefined ? carriers : chosenCarriers(carriers, said)).filter(({ provider }) => provider.connection);
  if (said !== undefined && able.length === 0)
    throw new TrunkError("invalid_input", `${quoteText(said)} is no carrier whose calls can be connected. Nothing was planned.`, {
      field: "provider",
      hint: "A service that makes the platform's trunk itself needs no connection: plan_trunk sets it up.",
      candidates: carriers.flatMap(({ provider }) => (provider.connection ? [provider.id] : [])),
    });
  const [only] = able;
  const ends = able.length === 1 && only ? [await toEnd(only)] : await holding(trunk ?? number, able, signal);
  const [end, ...others] = ends;
  if (end && others.length === 0) return end;
  const candidates = (ends.length > 0 ? ends.map(({ carrier }) => carrier) : able).map(({ provider }) => provider.id);
  return { question: { field: "provider", question: "Which carrier has the number, or the trunk?", candidates } };
}

export async function toEnd(carrier: Carrier): Promise<End> {
  const side = await carrier.provider.connection?.();
  if (!side) throw new TrunkError("internal", `${carrier.provider.title} has no end of a connection. Nothing was planned.`);
  return { carrier, connected: await carrier.connected(), side };
}

/** The carriers that have such a trunk, or a trunk with such a number. One that cannot be asked may have it. */
async function holding(said: string | undefined, carriers: readonly Carrier[], signal: AbortSignal): Promise<End[]> {
  if (said === undefined) return [];
  const asked = await Promise.all(
    carriers.map(async (carrier) => {
      const end = await toEnd(carrier);
      const found = await trunksCalled(end.connected, said, signal).catch((error: unknown) => {
        if (error instanceof TrunkError) return undefined;
        throw error;
      });
      return found === undefined || found.length > 0 ? [end] : [];
    }),
  );
  return asked.flat();
}

async function wishOf(
  wanted: WantedConnection,
  { carrier, connected }: End,
  signal: AbortSignal,
): Promise<ConnectionWish | { question: Question }> {
  const name = wanted.trunk ?? (await freshName(wanted, carrier));
  // The name that a connection gets by itself may be that of an earlier one; the way back goes by the number.
  const isUnsaid = wanted.trunk === undefined && wanted.disconnect;
  const known = isUnsaid ? undefined : await knownTrunk(name, connected, signal);
  if (known && "question" in known) return known;
  const read = (wanted.numbers ?? []).map((said) => readNumber(said));
  const own = wanted.trunk === undefined ? [] : (known?.phone_numbers ?? []);
  const numbers = wanted.numbers ? read : own.map(({ phone_number }) => readNumber(phone_number));
  const [first] = numbers;
  if (first === undefined)
    return { question: { field: "numbers", question: "Which number is it about, in E.164?", format: "E.164, like +918044319240" } };
  return toWish({ ...wanted, trunk: known?.trunk_name ?? name, numbers }, known);
}

type Named = Pick<WantedConnection, "options" | "encryption"> & { trunk: string; numbers: readonly string[] };

export function toWish({ trunk, numbers, options = {}, encryption }: Named, known: TrunkDetail | undefined): ConnectionWish {
  const [first = ""] = numbers;
  return { trunk, known, numbers, country: countryOf(first), encrypted: encryption, options };
}

/** A trunk that is there, as one end of whatever connection it has to a platform. */
export function endsAt(known: TrunkDetail, carrier: End, { platform, sipHost }: Pick<Ends, "platform" | "sipHost">): Ends {
  const numbers = (known.phone_numbers ?? []).map(({ phone_number }) => readNumber(phone_number));
  return { carrier, platform, sipHost, isHostSaid: false, wish: toWish({ trunk: known.trunk_name, numbers }, known) };
}

async function knownTrunk(
  said: string,
  connected: ConnectedProvider<unknown>,
  signal: AbortSignal,
): Promise<TrunkDetail | { question: Question } | undefined> {
  const found = await trunksCalled(connected, said, signal);
  const [only, ...others] = found;
  if (!only) return undefined;
  const candidates = found.map(({ trunk_id }) => trunk_id);
  if (others.length > 0)
    return { question: { field: "trunk", question: `${found.length} trunks are called ${quoteText(said)}. Which is meant?`, candidates } };
  return (await connected.trunks.get(connected.client, only.trunk_id, signal)).trunk;
}

/** In E.164 where only one number can be meant; else as it was said, for the carrier's planner to ask about. */
function readNumber(said: string): string {
  const [only, ...others] = readingsOf(said);
  return only !== undefined && others.length === 0 ? only : said.trim();
}

/** A name that says what the trunk is for, in the carrier's form. */
async function freshName({ agent_name = "calls" }: WantedConnection, { provider }: Carrier): Promise<string> {
  const planner = await plannerOf(provider);
  const words = agent_name.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  const names = [`agent_${words}`, `agent_${words}`.slice(0, 16), "agent_calls"];
  return names.find((name) => !planner?.checkName(name)) ?? "agent_calls";
}
