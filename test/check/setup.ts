import type { GatewayList } from "../../src/core/carrier/gateway.ts";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import type { DnsResolver } from "../../src/core/dns.ts";
import type { Probes } from "../../src/core/local.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { vyom } from "../../src/providers/vyom/index.ts";
import { type Options, startTrunkline, type Trunkline, typedIn } from "../support/trunkline.ts";

export interface Zone {
  a: Record<string, { address: string; ttl?: number }[]>;
  cname: Record<string, string>;
  /** Names whose question is never answered. */
  silent?: Set<string>;
  /** No name is answered, as on a machine without public DNS. */
  dead?: boolean;
}

function notFound(): Promise<never> {
  return Promise.reject(Object.assign(new Error("not found"), { code: "ENOTFOUND" }));
}

/** DNS as a table, so that names lead to peers on loopback. */
function resolverOf(zone: Zone): DnsResolver {
  const addresses = async (name: string, isSix: boolean): Promise<{ address: string; ttl: number }[]> => {
    if (zone.silent?.has(name)) return await new Promise(() => {});
    if (zone.dead) return await notFound();
    const rows = zone.a[name] ?? zone.a[zone.cname[name] ?? ""];
    if (!rows) return await notFound();
    const found = rows.filter(({ address }) => address.includes(":") === isSix).map(({ address, ttl = 60 }) => ({ address, ttl }));
    return found.length > 0 ? found : await Promise.reject(Object.assign(new Error("no data"), { code: "ENODATA" }));
  };
  return {
    resolve4: (name) => addresses(name, false),
    resolve6: (name) => addresses(name, true),
    resolveCname: async (name) => (zone.cname[name] === undefined ? await notFound() : [zone.cname[name]]),
    resolveSrv: notFound,
    resolveNaptr: notFound,
  };
}

/** By which the machine's own DNS is judged, in place of a name of the Internet. */
const CONTROL = "control.example.test";

const origin = { source: "this test", seen: "2026-11" };

export interface GatewayAt {
  auth?: "digest" | "ip";
  host: string;
  port: number;
  transport: "udp" | "tcp" | "tls";
}

function listOf(carrier: string, gateways: GatewayAt[], realm?: string): GatewayList {
  return {
    carrier,
    gateways: gateways.map((gateway) => ({ ...gateway, role: "outbound" as const, ...origin })),
    inbound_sources: { addresses: [], ask: "Ask the carrier.", ...origin },
    media: [],
    ...(realm === undefined ? { first_codec: { value: "PCMA", ...origin } } : { realm: { value: realm, ...origin } }),
    facts: [],
  };
}

export interface World extends Trunkline {
  zone: Zone;
  /** Changes the emulator's state past our own rules: what others or an earlier console left there. */
  raw(method: string, path: string, body?: unknown): Promise<unknown>;
}

export interface WorldOptions extends Options {
  zone: Zone;
  gateways: GatewayAt[];
  didwwGateways?: GatewayAt[];
}

export async function startWorld({ zone, gateways, didwwGateways = gateways, probes, ...options }: WorldOptions): Promise<World> {
  const providers: AnyProvider[] = [
    { ...exotel, gateways: async () => listOf("exotel", gateways) },
    { ...didww, gateways: async () => listOf("didww", didwwGateways, "out.didww.com") },
    { ...telnyx, gateways: async () => listOf("telnyx", gateways) },
    vyom,
  ];
  zone.a[CONTROL] = [{ address: "127.0.0.1" }];
  const control = { names: [CONTROL] };
  const allowed: Partial<Probes> = { allowPrivate: true, anyPortInside: true, resolver: resolverOf(zone), control, ...probes };
  const person: Options["person"] = ({ message }) => ({
    action: "accept",
    content: { trunk_name: typedIn(message) },
  });
  const trunkline = await startTrunkline({ providers, sandboxRules: false, unlimited: true, person, probes: allowed, ...options });
  return { ...trunkline, zone, raw: (method, path, body) => raw(trunkline, method, path, body) };
}

export async function raw({ sandbox }: Trunkline, method: string, path: string, body?: unknown): Promise<unknown> {
  const [carrier = ""] = path.split("/");
  const isExotel = carrier === "exotel";
  const url = isExotel
    ? `${sandbox.urlOf("exotel")}/v2/accounts/sandbox/${path.slice(7)}`
    : `${sandbox.urlOf(carrier)}/${path.slice(carrier.length + 1)}`;
  const headers: Record<string, string> = isExotel
    ? { authorization: `Basic ${Buffer.from("sandbox-key:sandbox-token").toString("base64")}`, "content-type": "application/json" }
    : {};
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

export interface Row {
  check: string;
  peer?: string;
  peers?: string[];
  status: string;
  direction: string;
  title: string;
  remedy?: string;
  evidence?: string;
  repair?: { tool: string; arguments: Record<string, unknown> }[];
}

export async function check(
  world: World,
  args: Record<string, unknown>,
): Promise<{ findings: Row[]; passed: string[]; skipped: string[]; not_run: string[]; checks: string[]; summary: string }> {
  const { isError, value } = await world.call("check_trunk", { details: true, ...args });
  if (isError) throw new Error(JSON.stringify(value));
  return value;
}

export function wrong(findings: readonly Row[]): Row[] {
  return findings.filter(({ status }) => status === "fail" || status === "warn");
}
