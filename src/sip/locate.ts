import { isIP } from "node:net";
import type { DnsResolver } from "../core/dns.ts";
import { cleanText } from "../core/text.ts";
import type { Transport } from "./message.ts";

/** An answer of DNS on the way. Names are foreign text: cleaned. Node tells the time to live of addresses only. */
export type DnsRecord =
  | { type: "A" | "AAAA"; name: string; address: string; ttlSeconds: number }
  | { type: "CNAME"; name: string; target: string }
  | { type: "SRV"; name: string; target: string; port: number; priority: number; weight: number }
  | { type: "NAPTR"; name: string; service: string; replacement: string; order: number; preference: number };

/** `not_offered`: an SRV record with the target "." says that the service does not exist there. */
export type DnsProblem = "not_found" | "no_address" | "not_offered" | "server_failed" | "timeout";

export interface SipHost {
  host: string;
  port?: number | undefined;
  transport?: Transport | undefined;
}

/** A peer to try: a literal address, so that nothing is resolved again between the check of it and the connection. */
export interface Candidate {
  transport: Transport;
  address: string;
  port: number;
  /** The owner of the address: the host asked for, or the target of an SRV record. */
  name: string;
}

export interface Located {
  candidates: Candidate[];
  records: DnsRecord[];
  /** Why there is no candidate, or, beside those there are, which server failed. */
  problem?: { problem: DnsProblem; name: string } | undefined;
}

const MAX_RECORDS = 32;
/** A hostile zone lists hundreds of targets. */
const MAX_NAMES = 8;
const transports = ["udp", "tcp", "tls"] as const;
const defaultPort: Record<Transport, number> = { udp: 5060, tcp: 5060, tls: 5061 };
const srvPrefix: Record<Transport, string> = { udp: "_sip._udp.", tcp: "_sip._tcp.", tls: "_sips._tcp." };
const naptrTransport: Record<string, Transport> = { "sip+d2u": "udp", "sip+d2t": "tcp", "sips+d2t": "tls" };

interface Service {
  transport: Transport;
  name: string;
}

interface Endpoint extends Service {
  port: number;
}

/** Finds where to send (RFC 3263). Each result is in `found` at once, so that a timeout loses none. */
export class Locator {
  readonly found: Located = { candidates: [], records: [] };
  readonly #resolver: DnsResolver;
  #abandoned = false;

  constructor(resolver: DnsResolver) {
    this.#resolver = resolver;
  }

  async locate({ host, port, transport }: SipHost): Promise<void> {
    const first = transport ?? "udp";
    const here: Endpoint = { transport: first, name: host, port: port ?? defaultPort[first] };
    if (isIP(host) !== 0) return this.#add(here, host);
    if (port !== undefined) return await this.#addresses([here]);
    const services = transport ? [{ transport, name: srvPrefix[transport] + host }] : await this.#services(host);
    const endpoints = await this.#endpoints(services);
    if (endpoints.length > 0) return await this.#addresses(endpoints);
    if (this.found.problem?.problem !== "not_offered") await this.#addresses([here]);
  }

  /** Nothing more is asked; what is on its way finds nobody waiting. */
  abandon(): void {
    this.#abandoned = true;
  }

  async #services(host: string): Promise<Service[]> {
    const records = await this.#ask(host, "aside", () => this.#resolver.resolveNaptr(host));
    const sorted = records.sort((a, b) => a.order - b.order || a.preference - b.preference);
    const services: Service[] = [];
    for (const { flags, service, replacement, order, preference } of sorted) {
      this.#note({ type: "NAPTR", name: named(host), service: named(service), replacement: named(replacement), order, preference });
      const transport = naptrTransport[service.toLowerCase()];
      if (transport && flags.toLowerCase() === "s") services.push({ transport, name: replacement });
    }
    if (services.length > 0) return services.slice(0, MAX_NAMES);
    return transports.map((transport) => ({ transport, name: srvPrefix[transport] + host }));
  }

  async #endpoints(services: Service[]): Promise<Endpoint[]> {
    const answers = await Promise.all(services.map(({ name }) => this.#ask(name, "service", () => this.#resolver.resolveSrv(name))));
    return services.flatMap(({ transport, name }, index) => {
      // Heaviest first, where a client that shares out calls would draw lots: two diagnoses of one trunk should agree.
      const records = (answers[index] ?? []).sort((a, b) => a.priority - b.priority || b.weight - a.weight);
      for (const { name: target, port, priority, weight } of records) {
        this.#note({ type: "SRV", name: named(name), target: named(target), port, priority, weight });
      }
      const offered = records.filter(({ name: target, port }) => target !== "" && target !== "." && port > 0);
      if (records.length > 0 && offered.length === 0) this.found.problem = { problem: "not_offered", name: named(name) };
      return offered.map(({ name: target, port }) => ({ transport, name: target, port }));
    });
  }

  async #addresses(endpoints: Endpoint[]): Promise<void> {
    for (const endpoint of endpoints.slice(0, MAX_NAMES)) {
      const { name } = endpoint;
      const [four, six, aliases] = await Promise.all([
        this.#ask(name, "address", () => this.#resolver.resolve4(name, { ttl: true })),
        this.#ask(name, "address", () => this.#resolver.resolve6(name, { ttl: true })),
        this.#ask(name, "aside", () => this.#resolver.resolveCname(name)),
      ]);
      for (const target of aliases) this.#note({ type: "CNAME", name: named(name), target: named(target) });
      for (const { address, ttl } of four) this.#note({ type: "A", name: named(name), address, ttlSeconds: ttl });
      for (const { address, ttl } of six) this.#note({ type: "AAAA", name: named(name), address, ttlSeconds: ttl });
      for (const { address } of [...four, ...six]) this.#add(endpoint, address);
    }
  }

  #add({ transport, port, name }: Endpoint, address: string): void {
    const isKnown = this.found.candidates.some((one) => one.transport === transport && one.address === address && one.port === port);
    if (!isKnown) this.found.candidates.push({ transport, address, port, name: named(name) });
  }

  #note(record: DnsRecord): void {
    if (this.found.records.length < MAX_RECORDS) this.found.records.push(record);
  }

  /** Reads a name's records of one kind. Any trouble with an address is told, with a service only that its server fails, for it may be unlisted. */
  async #ask<T>(name: string, sought: "address" | "service" | "aside", question: () => Promise<T[]>): Promise<T[]> {
    if (this.#abandoned) return [];
    try {
      return await question();
    } catch (error) {
      const problem = problemOf(error);
      const known = this.found.problem?.problem;
      const isTold = sought === "address" || (sought === "service" && gravity[problem] >= gravity.server_failed);
      if (isTold && (known === undefined || gravity[problem] >= gravity[known])) this.found.problem = { problem, name: named(name) };
      return [];
    }
  }
}

/** Of two problems the graver is told: a server that fails explains a missing name, and a name without addresses does exist. */
const gravity: Record<DnsProblem, number> = { not_found: 0, no_address: 1, not_offered: 2, server_failed: 3, timeout: 4 };

function problemOf(error: unknown): DnsProblem {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOTFOUND") return "not_found";
  if (code === "ENODATA") return "no_address";
  return code === "ETIMEOUT" ? "timeout" : "server_failed";
}

function named(name: string): string {
  return cleanText(name, 255);
}
