import { isIP } from "node:net";
import type { Configuration } from "../core/config.ts";
import { cleanText } from "../core/text.ts";
import type { NetworkSeen } from "../startup/local.ts";
import { type Finding, look } from "./finding.ts";

interface Seen extends NetworkSeen {
  /** Of the carriers' API hosts. */
  hosts: ReadonlySet<string>;
  /** Each clock that told the time, and how far ours is from it. */
  clocks: ReadonlyMap<string, number>;
}

/** Keeps what the carriers' answers show. */
export function networkSeen(): Seen {
  const hosts = new Set<string>();
  const clocks = new Map<string, number>();
  return { hosts, clocks, host: (name) => void hosts.add(name), clock: (whose, ms) => void clocks.set(whose, ms) };
}

/** The port, the public URL, names and the clock. */
export async function networkFindings({ server }: Configuration, seen: Seen): Promise<Finding[]> {
  const { TRUNKLINE_PUBLIC_URL: url, TRUNKLINE_LISTEN: listen } = server;
  const { tryListening } = await import("../http/self-check.ts");
  // A server that runs already takes the port: that is a reason to look, not a fault.
  const port = await look("port", async () => tryListening({ server }).then(() => `${listen} is free for trunkline http`), "warn");
  const names = await namesFinding(seen.hosts, url);
  const web = url === undefined ? [] : [await publicFinding(url, seen)];
  return [port, names, ...web, ...clockFindings(seen.clocks, url)];
}

async function namesFinding(carriers: ReadonlySet<string>, url: string | undefined): Promise<Finding> {
  const { problemOfName } = await import("../http/self-check.ts");
  const own = url === undefined ? [] : [new URL(url).hostname];
  const names = [...new Set([...carriers, ...own])].filter((name) => isIP(name.replace(/^\[|\]$/g, "")) === 0);
  if (names.length === 0) {
    const why = carriers.size === 0 ? "the sandbox's emulators are on this machine" : "every host is set by its address";
    return { check: "DNS", status: "ok", says: `not needed: ${why}` };
  }
  const looked = await Promise.all(names.map(async (name) => ({ name, problem: await problemOfName(name) })));
  const lost = looked.filter(({ problem }) => problem !== undefined);
  if (lost.length === 0) return { check: "DNS", status: "ok", says: `finds ${names.join(", ")}` };
  const said = lost.map(({ name, problem }) => `${cleanText(name, 253)} does not resolve (${problem})`).join("; ");
  return {
    check: "DNS",
    // The public name may be one for the outside only.
    status: lost.some(({ name }) => carriers.has(name)) ? "fail" : "warn",
    says: `${said}: look at this machine's DNS, and at the name`,
  };
}

const PUBLIC_CHECK = "public URL";
/** The name under which the public address's clock stands among the others. */
const PUBLIC = "the public URL";

async function publicFinding(url: string, seen: Seen): Promise<Finding> {
  const { askPublicUrl } = await import("../http/self-check.ts");
  const answer = await askPublicUrl(url).catch(() => undefined);
  if (!answer)
    return { check: PUBLIC_CHECK, status: "warn", says: `${url} does not answer from here: look at DNS, the proxy and its certificate` };
  if (answer.skewMs !== undefined) seen.clock(PUBLIC, -answer.skewMs);
  return { check: PUBLIC_CHECK, status: answer.status === 200 ? "ok" : "warn", says: `${url}/healthz answers ${answer.status}` };
}

const MAX_SKEW_MS = 30_000;

/** Compares with the clock that is furthest away. Nothing is asked for the time alone. */
function clockFindings(clocks: ReadonlyMap<string, number>, url: string | undefined): Finding[] {
  const [furthest] = [...clocks].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  if (!furthest) return [{ check: "clock", status: "ok", says: "not compared: no answer from outside told the time" }];
  const [whose, ms] = furthest;
  if (Math.abs(ms) <= MAX_SKEW_MS) return [{ check: "clock", status: "ok", says: `agrees with ${[...clocks.keys()].join(", ")}` }];
  const said = `${Math.round(Math.abs(ms) / 1_000)} s ${ms > 0 ? "behind" : "ahead of"} ${whose}`;
  // Tokens are judged by it where callers come in from outside.
  return url === undefined
    ? [{ check: "clock", status: "warn", says: `${said}: set this machine's clock, by which approvals expire` }]
    : [{ check: "clock", status: "fail", says: `${said}: tokens are refused` }];
}
