import type * as z from "zod";
import { TrunkError } from "../errors.ts";
import { once } from "../once.ts";
import type { Memory } from "../store/store.ts";
import { quoteText } from "../text.ts";
import type { CarrierEnd, ConnectedPlatform } from "./connection.ts";
import type { CarrierDiagnosis } from "./diagnosis.ts";
import type { EmulatorFactory } from "./emulator.ts";
import type { GatewayList } from "./gateway.ts";
import type { CarrierGuides } from "./guides.ts";
import type { CarrierPbxFacts } from "./pbx.ts";
import type { CarrierPicture } from "./picture.ts";
import type { CarrierPlanner } from "./planner.ts";
import type { CarrierPromptSentences } from "./prompt-sentences.ts";
import type { CarrierReach } from "./reach.ts";
import type { TrunkDetail } from "./trunk.ts";
import type { CallTerms, OpenWire, RateLimit, Wire, WriteMoment } from "./wire.ts";

/** One page of a carrier's trunks. `next` is the carrier's own position, opaque to everyone else. */
export interface TrunkPage {
  /** A row has the lists that the listing tells without a call for each trunk; the others are absent. */
  trunks: TrunkDetail[];
  next?: string | undefined;
  /** All trunks of the account, where the carrier counts them. */
  total?: number | undefined;
}

export interface PageRequest {
  from?: string | undefined;
  limit: number;
  /** Rows need no more than id, name and status. */
  namesOnly?: boolean;
  signal?: AbortSignal | undefined;
}

export interface ReadTrunk {
  trunk: TrunkDetail;
  warnings: string[];
}

/** The common view, the same for every carrier. */
export interface TrunkReader<Client> {
  /** The largest page that the carrier gives; 50 where nothing is said. */
  pageSize?: number;
  list(client: Client, page: PageRequest): Promise<TrunkPage>;
  get(client: Client, trunkId: string, signal?: AbortSignal): Promise<ReadTrunk>;
  /** Every trunk of exactly this name, read live, in fewer requests than a walk over the account takes. */
  named?(client: Client, name: string, signal: AbortSignal): Promise<TrunkDetail[]>;
  /** Makes a row of `list` or `named` whole. Absent: `get` does. */
  complete?: { requests: number; run(client: Client, row: TrunkDetail, signal?: AbortSignal): Promise<ReadTrunk> };
  /** Whether a value is an id rather than a name. A trunk's name is accepted wherever its id is. */
  isTrunkId(value: string): boolean;
  /** The trunks that have a number, in whatever spelling; none for what is no number. Absent where only reading each trunk would tell. */
  withNumber?(client: Client, said: string, signal?: AbortSignal): Promise<(TrunkDetail | Pick<TrunkDetail, "trunk_id">)[]>;
}

/** A client, and how its trunks are read. */
export interface TrunkAccess<Client> {
  client: Client;
  trunks: TrunkReader<Client>;
}

export interface ConnectedProvider<Client> extends TrunkAccess<Client> {
  /** The carrier's time of a write of ours, which tells older records from it; absent where records tell in another way. */
  moment?: ((at: number) => WriteMoment) | undefined;
  /** The same account through a client whose every call is held to these terms. */
  under(terms: CallTerms): ConnectedProvider<Client>;
}

/** `clientOver` is called for each set of terms: it keeps no state that two clients of one account would have to share. */
export function connectOver<Client>(
  wire: Wire,
  clientOver: (wire: Wire) => Client,
  trunks: TrunkReader<Client>,
  { knowsMoments = false } = {},
): ConnectedProvider<Client> {
  return {
    client: clientOver(wire),
    trunks,
    moment: knowsMoments ? (at) => wire.moment(at) : undefined,
    under: (terms) => connectOver(wire.under(terms), clientOver, trunks, { knowsMoments }),
  };
}

/** Services of this server that a carrier may use: the only ways out of its folder. */
export interface CarrierServices {
  openWire: OpenWire;
  /** This server's memory of its own calls to one account. */
  memory(account: string): Memory;
}

/**
 * A carrier as data. Loading is split: this part is read at each start, `connect` and `sandbox` import the
 * carrier's code on first use.
 */
export interface Provider<Settings extends z.ZodObject = z.ZodObject, Client = unknown> {
  id: string;
  title: string;
  docs: string;
  /** The environment variables that configure this carrier: the source of types, validation and the README's table. */
  settings: Settings;
  /** The variables without which this carrier is not configured; all or none of them are set. */
  required: readonly (keyof z.infer<Settings> & string)[];
  limit: RateLimit;
  /** The input field that holds a trunk's id in this carrier's tools. */
  trunkField: string;
  /** The options of a setup that this carrier takes, as a model sees them; its planner holds the values to its rules. */
  setupOptions?: z.ZodRawShape;
  /** The header in which SIP answers of this carrier hold its own error code. */
  errorCodeHeader?: string;
  /** The name of the account, where the settings tell it. Never a secret. */
  account?(settings: z.infer<Settings>): string | undefined;
  connect(settings: z.infer<Settings>, services: CarrierServices): Promise<ConnectedProvider<Client>>;
  sandbox(): Promise<EmulatorFactory>;
  /** Judges what a call or a step would leave of a trunk. */
  reach(): Promise<CarrierReach>;
  /** Plans what this carrier's trunks need, step by step; absent if nothing can be planned. */
  planner?(): Promise<CarrierPlanner<Client>>;
  /** The hosts that take a PBX's calls and those that send calls, dated and with sources. Absent if nobody has published them. */
  gateways?(): Promise<GatewayList>;
  /** Checks of this carrier's own, and the tools that repair what they find. */
  diagnosis?(): Promise<CarrierDiagnosis<Client>>;
  guides?(): Promise<CarrierGuides>;
  picture?(): Promise<CarrierPicture>;
  promptSentences?(): Promise<CarrierPromptSentences>;
  pbxFacts?(): Promise<(trunk: TrunkDetail) => CarrierPbxFacts>;
  /** Its end of a connection to a platform whose agents answer and call. */
  connection?(): Promise<CarrierEnd>;
  /** The other end: where agents are. */
  platform?(): Promise<ConnectedPlatform<Client>>;
  /** Settings that point `connect` at an emulator on this base URL. */
  sandboxSettings(baseUrl: string): Record<string, string>;
}

// Method bivariance lets a registry hold providers of different clients; only the tool that names a provider sees its client.
export type AnyProvider = Provider<z.ZodObject, never> | Provider<z.ZodObject, unknown>;

/** A carrier that is configured for the caller, ready to be asked. */
export interface Carrier {
  provider: AnyProvider;
  /** The live account, as far as the settings tell; absent for an emulator's. */
  account?: string | undefined;
  connected(): Promise<ConnectedProvider<unknown>>;
}

/** The carriers that a caller asked for; all of them where none is named. */
export function chosenCarriers(carriers: readonly Carrier[], provider: string | undefined): readonly Carrier[] {
  const chosen = carriers.filter((carrier) => provider === undefined || carrier.provider.id === provider);
  if (chosen.length > 0) return chosen;
  if (provider === undefined) throw new TrunkError("not_configured", "No carrier is configured here.");
  const ids = carriers.map((carrier) => carrier.provider.id);
  throw new TrunkError("invalid_input", `${quoteText(provider)} is not configured here. Configured: ${ids.join(", ")}.`, {
    field: "provider",
    hint: "Pass one of these, or leave provider out.",
    candidates: ids,
  });
}

/** The same carriers, every call of which is held to these terms. */
export function carriersUnder(terms: CallTerms, carriers: readonly Carrier[]): Carrier[] {
  return carriers.map((carrier) => ({ ...carrier, connected: once(async () => (await carrier.connected()).under(terms)) }));
}

export function defineProvider<Settings extends z.ZodObject, Client>(provider: Provider<Settings, Client>): Provider<Settings, Client> {
  return provider;
}
