import * as z from "zod";
import type { StepDraft } from "./planner.ts";
import type { LoginOf, Setup } from "./setup.ts";
import type { Credential, TrunkDetail } from "./trunk.ts";

/** The place to which a carrier sends calls in, or a platform calls out. Without a port its side takes the usual one. */
export interface Target {
  host: string;
  port?: number;
  transport: "tls" | "tcp";
}

/** One trunk of a carrier and what its calls have to do with a platform. */
export interface ConnectionWish {
  /** The trunk's name, new or known. */
  trunk: string;
  /** As the carrier has it already. */
  known: TrunkDetail | undefined;
  /** In E.164. */
  numbers: readonly string[];
  /** The country of the numbers, in two small letters, where they tell it. */
  country: string | undefined;
  /** Absent: as the carrier does it best. */
  encrypted: boolean | undefined;
  /** The carrier's own options, as the person gave them. */
  options: Record<string, unknown>;
}

/** How calls of a carrier are told from anybody's. */
export type Admission =
  /** It answers a challenge. */
  | { kind: "login" }
  /** It calls from these addresses. */
  | { kind: "addresses"; addresses: readonly string[] }
  /** Neither is known: the called number is all that tells its calls. */
  | { kind: "number" };

/** Calls in, as both ends see them. */
export interface Inbound {
  /** The platform's place for them. */
  target: Target;
  /** The login that the platform asks for, and the trunk there that has it. */
  login: { user: string; of: LoginOf } | undefined;
}

/** Calls out, as the platform sees them. */
export interface Outbound {
  gateway: Target;
  /** The user name that is made for the platform; absent where the carrier makes one up. */
  user: string | undefined;
  /** The carrier's trunk with the login. */
  of: LoginOf;
  /** Headers that the carrier wants with each call. */
  headers?: Record<string, string>;
}

/** A carrier's end: which of its fields takes which value of the platform's side. */
export interface CarrierEnd {
  inbound: {
    /** Whether calls are encrypted where nobody says. */
    encrypted: boolean;
    /** The form in which the carrier takes the place of calls. */
    target(host: string, encrypted: boolean): Target;
    admission(wish: ConnectionWish): Admission;
    /** A step that a person takes at the carrier before calls arrive, in words that follow "once". */
    once?: string;
    /** Encrypted calls come with SRTP and nothing else. */
    requiresMedia?: boolean;
    setup(wish: ConnectionWish, inbound: Inbound): Setup;
  };
  outbound: {
    encrypted: boolean;
    /** Whether a host takes this carrier's calls out, of whatever account. */
    isGateway(host: string): boolean;
    /** A port beside the host keeps calls from arriving, even the usual one. */
    refusesPort?: boolean;
    /** `label`: a word that tells this platform's account from others. */
    toward(wish: ConnectionWish, encrypted: boolean, label: string): Outbound;
    /** Sentences about values that the setup chooses where nobody says. */
    notes?(wish: ConnectionWish): string[];
    /** `ranges`: the addresses from which the platform calls. */
    setup(wish: ConnectionWish, outbound: Outbound, ranges: readonly string[]): Setup;
  };
}

/** Calls as a platform takes and makes them. */
export interface PlatformWish {
  trunk: string;
  numbers: readonly string[];
  encrypted: boolean;
}

export interface PlatformInbound extends PlatformWish {
  agentName: string | undefined;
  roomPrefix: string | undefined;
  admission: Admission;
  user: string;
  requiresMedia: boolean;
}

export interface PlatformOutbound extends PlatformWish {
  country: string | undefined;
  outbound: Outbound;
}

/** A platform's trunk as the other end meets it. */
export interface PlatformTrunk {
  way: "inbound" | "outbound";
  /** In the form in which calls are compared with them. */
  numbers: readonly string[];
  /** It takes any number that no other trunk has, or shows any. */
  anyNumber: boolean;
  /** It takes the calls of some callers only. */
  someCallers: boolean;
  login: Credential | undefined;
  /** The callers' addresses and ranges that count. */
  addresses: readonly string[];
  media: "disable" | "allow" | "require";
  /** Of a trunk for calls out. Without a transport it is left to chance. */
  gateway?: { host: string; port?: number | undefined; transport?: string | undefined };
  headers: Readonly<Record<string, string>>;
  /** The rooms and agents behind it, in words. */
  leadsTo: readonly string[];
}

/** Single values of a platform's trunk that a repair sets. */
export interface PlatformValues {
  numbers?: readonly string[];
  addresses?: readonly string[];
  /** It asks for no login. */
  noLogin?: true;
  media?: PlatformTrunk["media"];
  /** `host` or `host:port`. */
  address?: string;
  transport?: string;
  headers?: Readonly<Record<string, string>>;
}

/** The end at which an agent answers or calls. */
export interface PlatformEnd<Client = unknown> {
  /** The host to which carriers send calls, where the configuration tells it. */
  sipHost(client: Client): string | undefined;
  /** Why a host that a person gave cannot be it. */
  checkHost(host: string): string | undefined;
  /** The host for calls to numbers of a country. */
  hostFor(sipHost: string, country: string | undefined): string;
  /** A word that tells this account from others. */
  label(sipHost: string): string;
  /** Whether a destination leads to this account, in whatever region. */
  isHost(host: string, sipHost: string): boolean;
  /** Whether calls to the numbers of a trunk come further than the platform's door. */
  answers(trunk: TrunkDetail): boolean;
  /** Undefined: no call of its API sets its side up. */
  inbound(wish: PlatformInbound): Setup | undefined;
  outbound(wish: PlatformOutbound): Setup | undefined;
}

/** A platform whose trunks this server reads and writes. */
export interface ConnectedPlatform<Client = unknown> extends PlatformEnd<Client> {
  /** Whether a host is this platform's at all, for whosever account. */
  isPlatforms(host: string): boolean;
  read(trunk: TrunkDetail): PlatformTrunk;
  /** The call that sets single values of a trunk. */
  change(trunk: TrunkDetail, values: PlatformValues): Pick<StepDraft, "tool" | "arguments">;
}

/** A connection as somebody wants it. What is left out is found out, or asked. */
export const connectionSchema = z.strictObject({
  direction: z.enum(["inbound", "outbound", "both"]).optional().describe("inbound: agents answer"),
  numbers: z.array(z.string().max(32)).max(100).optional().describe("E.164"),
  provider: z.string().max(32).optional().describe("The carrier"),
  trunk: z.string().min(1).max(255).optional().describe("The carrier's, new or known"),
  platform: z.string().max(32).optional(),
  agent_name: z.string().min(1).max(128).optional().describe("As its worker registers it"),
  room_prefix: z.string().max(128).optional().describe("Of the rooms' names"),
  encryption: z.boolean().optional().describe("TLS and SRTP"),
  sip_host: z.string().max(255).optional().describe("The platform's, only if asked for"),
  options: z.looseObject({}).optional().describe("The carrier's own"),
  disconnect: z.boolean().optional().describe("Plans the way back"),
});
export type WantedConnection = z.infer<typeof connectionSchema>;

const { platform, direction, agent_name, room_prefix, encryption, sip_host } = connectionSchema.shape;
/** The same in a file, under the trunk of the carrier, which has numbers and options of its own. */
export const connectSchema = z.strictObject({
  platform: platform.unwrap(),
  ...{ direction, agent_name, room_prefix, encryption, sip_host },
});
export type Connect = z.infer<typeof connectSchema>;
