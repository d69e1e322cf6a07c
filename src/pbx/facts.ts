import { BlockList, isIPv4, isIPv6 } from "node:net";
import * as z from "zod";
import { chosenLogins, directionsOf } from "../core/carrier/directions.ts";
import { type Gateway, type GatewayList, transportSchema } from "../core/carrier/gateway.ts";
import type { CarrierPbxFacts } from "../core/carrier/pbx.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { TrunkError } from "../core/errors.ts";
import { quoteText } from "../core/text.ts";
import { fingerprint } from "./fingerprint.ts";

const hostSchema = z.string().regex(/^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/);
const ipSchema = z.string().refine((value) => isIPv4(value) || isIPv6(value), { error: "expected an IP address" });
const portSchema = z.int().min(1).max(65_535);

export const directionSchema = z.enum(["outbound", "inbound", "flow"]);
export type Direction = z.infer<typeof directionSchema>;

/** Everything that a PBX must be told of a trunk. The carrier's free text is in `trunkName`, `realm` and `login.userName` only. */
export const pbxFactsSchema = z.strictObject({
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  provider: z.string().regex(/^[a-z0-9_-]{1,32}$/),
  trunkId: z.string().regex(/^[A-Za-z0-9._-]{1,128}$/),
  trunkName: z.string(),
  /** The trunk's name as every format takes one for a section. */
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,31}$/),
  directions: z.array(directionSchema).min(1),
  gateway: z.strictObject({ host: hostSchema, port: portSchema, transport: transportSchema }),
  /** Host of From: it names the account, and need not be where calls are sent. */
  sipDomain: hostSchema,
  /** The header by which a flow trunk's calls name the account. */
  flowHeader: z
    .strictObject({
      name: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/),
      value: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}$/)
        .optional(),
    })
    .optional(),
  callerIds: z.array(z.string().regex(/^\+?[0-9]{3,15}$/)),
  /** Absent: the carrier knows the PBX by its address alone. Without `userName`, the login exists and is not known here. */
  login: z.strictObject({ userName: z.string().optional() }).optional(),
  realm: z.string().optional(),
  /** From where the carrier's calls come; empty when nobody has told. */
  carrierSignalling: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])),
  askForSignalling: z.string().regex(/^[^\p{Cc}]{1,300}$/u),
  publicIp: ipSchema.optional(),
  /** As an argument for another export: a way to the carrier that needs no certificate, where the chosen one does. */
  tcpGateway: z
    .string()
    .regex(/^[a-z0-9.-]{1,253}:\d{1,5};transport=tcp$/)
    .optional(),
  /** One interface of the PBX machine, not all of them: the proxies listen on loopback beside it. */
  bindIp: ipSchema.refine((value) => value !== "0.0.0.0" && value !== "::", { error: "expected one interface" }).optional(),
  codecs: z.array(z.enum(["PCMA", "PCMU", "G722", "opus"])).min(1),
  srtp: z.boolean(),
  country: z
    .string()
    .regex(/^[a-z]{2}$/)
    .optional(),
});
export type PbxFacts = z.infer<typeof pbxFactsSchema>;

/** Calls of a flow trunk go out too. */
export function callsOut({ directions }: Pick<PbxFacts, "directions">): boolean {
  return directions.includes("flow") || directions.includes("outbound");
}

export interface FactOptions {
  /** The one of the carrier's gateways that was chosen. */
  gateway: Pick<Gateway, "host" | "port" | "transport" | "auth">;
  /** The carrier's list, for its realm and the addresses its calls come from. */
  list?: GatewayList | undefined;
  directions?: Direction[] | undefined;
  /** False: no login even though the trunk has one. True: a login even though none is known here. */
  digest?: boolean | undefined;
  userName?: string | undefined;
  realm?: string | undefined;
  /** Facts that only the carrier knows of its trunks. */
  carrier?: CarrierPbxFacts | undefined;
  callerIds?: string[] | undefined;
  carrierSignalling?: string[] | undefined;
  publicIp?: string | undefined;
  tcpGateway?: string | undefined;
  bindIp?: string | undefined;
  codecs?: PbxFacts["codecs"] | undefined;
  srtp?: boolean | undefined;
  country?: string | undefined;
}

/** A trunk as a PBX sees it: what the caller says, else what the trunk says, else what the carrier's list says. */
export function pbxFactsOf(trunk: TrunkDetail, options: FactOptions): PbxFacts {
  const { gateway, list } = options;
  const sipDomain = trunk.domain_name ?? textAttribute(trunk, "sip_domain") ?? gateway.host;
  return checked({
    fingerprint: fingerprint(trunk, list),
    provider: trunk.provider,
    trunkId: trunk.trunk_id,
    trunkName: trunk.trunk_name,
    name: sectionName(trunk),
    directions: [...new Set(options.directions ?? directionsFor(trunk))],
    gateway: { host: gateway.host, port: gateway.port, transport: gateway.transport },
    sipDomain: withoutPort(sipDomain),
    flowHeader: options.carrier?.flowHeader,
    callerIds: options.callerIds ?? callerIdsOf(trunk),
    login: loginOf(trunk, options),
    realm: options.realm ?? list?.realm?.value,
    carrierSignalling: options.carrierSignalling ?? list?.inbound_sources.addresses ?? [],
    askForSignalling: list?.inbound_sources.ask ?? "Ask the carrier's support from which addresses its calls arrive.",
    publicIp: options.publicIp ?? onlyAddress(trunk),
    tcpGateway: options.tcpGateway,
    bindIp: options.bindIp,
    codecs: options.codecs ?? ["PCMA", "PCMU"],
    srtp: options.srtp ?? options.carrier?.srtp ?? encrypted(trunk, gateway),
    country: options.country?.toLowerCase(),
  });
}

function checked(facts: Record<keyof PbxFacts, unknown>): PbxFacts {
  const present = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  const result = pbxFactsSchema.safeParse(present);
  if (result.success) return result.data;
  const field = String(result.error.issues[0]?.path[0] ?? "facts");
  const shown = field === "login" ? "" : ` (${quoteText(JSON.stringify(present[field]) ?? "missing")})`;
  throw new TrunkError("invalid_input", `${field} cannot be written into a PBX configuration${shown}. Nothing was written.`, {
    field,
    hint: "Pass the right value for it, or correct it at the carrier.",
  });
}

function sectionName({ provider, trunk_name }: TrunkDetail): string {
  const word = trunk_name.normalize("NFKD").replace(/[^A-Za-z0-9_]+/g, "_");
  return `${provider}_${word}`.slice(0, 32);
}

/** A trunk that is set up for nothing yet is written as one for calls out. */
function directionsFor(trunk: TrunkDetail): Direction[] {
  const found = directionsOf(trunk).map((direction) => (direction === "voice_ai" ? "flow" : direction));
  return found.length > 0 ? found : ["outbound"];
}

/** The alias is what the called party is shown, where one is set. */
function callerIdsOf({ phone_numbers = [], alias }: TrunkDetail): string[] {
  return [...new Set([...(alias === undefined ? [] : [alias]), ...phone_numbers.map(({ phone_number }) => phone_number)])];
}

function loginOf(trunk: TrunkDetail, { digest, gateway, userName, carrier }: FactOptions): PbxFacts["login"] {
  if (carrier?.answersWithLogin && !digest) return undefined;
  const names = trunk.credentials?.map(({ user_name }) => user_name) ?? [];
  const known = userName ?? chosenLogins(trunk)[0]?.user_name ?? names[0];
  const byType = trunk.auth_type?.includes("credentials") || carrier?.needsLogin;
  if (!(digest ?? (known !== undefined || gateway.auth === "digest" || byType))) return undefined;
  return known === undefined ? {} : { userName: known };
}

/** The one address from which the carrier takes calls is the one that the PBX calls from. */
function onlyAddress({ whitelisted_ips = [] }: TrunkDetail): string | undefined {
  const [only, ...others] = whitelisted_ips;
  const isOne = only !== undefined && others.length === 0 && only.mask === (isIPv6(only.ip) ? 128 : 32);
  return isOne && (isIPv6(only.ip) || isIPv4(only.ip)) && !notPublic.check(only.ip, isIPv6(only.ip) ? "ipv6" : "ipv4")
    ? only.ip
    : undefined;
}

const notPublic = new BlockList();
for (const [address, bits] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
] as const) {
  notPublic.addSubnet(address, bits);
}
notPublic.addSubnet("fc00::", 7, "ipv6");

/** A setting of the trunk, where the carrier has one; else SRTP goes with TLS, and plain RTP without. */
function encrypted(trunk: TrunkDetail, gateway: FactOptions["gateway"]): boolean {
  const mode = textAttribute(trunk, "media_encryption_mode");
  if (mode === undefined) return gateway.transport === "tls";
  if (mode === "disabled" || mode === "srtp_sdes") return mode === "srtp_sdes";
  throw new TrunkError(
    "unsupported",
    `This trunk encrypts its media with ${quoteText(mode)}, for which there is no PBX configuration here.`,
    {
      field: "media_encryption_mode",
      hint: "Set the trunk's media_encryption_mode to srtp_sdes or disabled, or pass srtp.",
    },
  );
}

function textAttribute(trunk: TrunkDetail, name: string): string | undefined {
  const value = trunk.attributes?.[name];
  return typeof value === "string" ? value : undefined;
}

/** Some carriers take `host:port` for a domain. */
function withoutPort(domain: string): string {
  return domain.replace(/:\d{1,5}$/, "");
}
