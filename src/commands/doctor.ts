import manifest from "../../package.json" with { type: "json" };
import type { Configuration } from "../core/config.ts";
import { TrunkError } from "../core/errors.ts";
import { cleanText } from "../core/text.ts";
import { whereOfConfigured } from "../startup/carriers.ts";
import { configurationOf, hasState, knownProviders, liveCarriers, personsState } from "../startup/local.ts";
import { defineCommand, type ProcessPorts } from "./command.ts";

export interface Finding {
  check: string;
  status: "ok" | "warn" | "fail";
  says: string;
}

export default defineCommand({
  flags: { json: { type: "boolean", help: "print JSON" } },
  notes: "Exit code 0: all is well. 1: something cannot work. 2: it works, and something needs a look.",
  examples: ["trunkline doctor", "trunkline doctor --json"],
  async run({ flags: { json } }, ports) {
    const findings = await examine(ports);
    ports.stdout.write(json ? `${JSON.stringify({ findings }, null, 2)}\n` : inWords(findings));
    return codeOf(findings);
  },
});

const marks = { ok: "✓", warn: "!", fail: "✗" } as const;

export function inWords(findings: readonly Finding[]): string {
  return findings.map(({ check, status, says }) => `${marks[status]} ${check}: ${says}\n`).join("");
}

export function codeOf(findings: readonly Finding[]): number {
  if (findings.some(({ status }) => status === "fail")) return 1;
  return findings.some(({ status }) => status === "warn") ? 2 : 0;
}

/** Looks at everything that a start needs; changes nothing, and prints no secret. */
export async function examine(ports: ProcessPorts): Promise<Finding[]> {
  const version: Finding = { check: "version", status: "ok", says: `Trunkline ${manifest.version} on Node ${process.version}` };
  const settings = await look("settings", async () => {
    const configuration = configurationOf(ports);
    return configuration.server.TRUNKLINE_TENANTS ? "understood" : whereOfConfigured(configuration).text;
  });
  // Everything else is read from them.
  if (settings.status === "fail") return [version, settings];
  const configuration = configurationOf(ports);
  const { file, served } = await servedBy(configuration, ports);
  const states = new Set(served.map((one) => one.configuration.sandbox));
  const parts = [
    ...served.map((one) => carrierFindings(one, ports)),
    ...[...states].map((sandbox) => storeFindings({ ...configuration, sandbox }, ports)),
    webFindings(configuration),
  ];
  return [version, settings, ...file, ...(await Promise.all(parts)).flat()];
}

async function look(check: string, ask: () => Promise<string>, otherwise: "warn" | "fail" = "fail"): Promise<Finding> {
  try {
    return { check, status: "ok", says: await ask() };
  } catch (error) {
    const said = error instanceof Error ? error.message : "failed";
    return { check, status: otherwise, says: error instanceof TrunkError ? inFull(error) : cleanText(said) };
  }
}

/** The general hint of a code tells an agent to ask the operator, who reads this. */
function inFull({ message, details: { hint } }: TrunkError): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

/** The server itself, or one tenant of its file. */
interface Served {
  id?: string;
  configuration: Configuration;
}

/** The tenants of the file, or this server where it has none. A file that cannot be read leaves the server's own settings. */
async function servedBy(configuration: Configuration, ports: ProcessPorts): Promise<{ file: Finding[]; served: Served[] }> {
  let served: Served[] = [{ configuration }];
  if (configuration.server.TRUNKLINE_TENANTS === undefined) return { file: [], served };
  const { readTenants } = await import("../http/tenants/read-file.ts");
  const file = await look("tenants file", async () => {
    served = readTenants({ configuration, environment: ports.environment, providers: knownProviders() })?.tenants ?? [];
    return `${served.length} tenants`;
  });
  return { file: [file], served };
}

async function carrierFindings({ id, configuration }: Served, ports: ProcessPorts): Promise<Finding[]> {
  const carriers = configuration.sandbox ? [] : liveCarriers(configuration, ports);
  const answers = carriers.map(({ provider, connected }) =>
    look(`${id === undefined ? "" : `tenant ${id}, `}${provider.title}`, async () => {
      const { client, trunks } = await connected();
      await trunks.list(client, { limit: 1 });
      return "answers, and accepts the key";
    }),
  );
  return [...(id === undefined ? [] : [await tenantFinding(id, configuration)]), ...(await Promise.all(answers))];
}

async function tenantFinding(id: string, configuration: Configuration): Promise<Finding> {
  const { opaque } = await import("../http/metrics.ts");
  const says = `${whereOfConfigured(configuration).text}; in /metrics it is ${opaque(id)}`;
  return { check: `tenant ${id}`, status: "ok", says };
}

/** The sandbox's state, or that of the live accounts: a server whose tenants have both keeps both. */
async function storeFindings(configuration: Configuration, ports: ProcessPorts): Promise<Finding[]> {
  const { sandbox, server } = configuration;
  const { store, where } = await personsState({ sandbox, live: !sandbox }, ports);
  // Asking would make the file.
  if (!(await hasState(configuration, ports))) return [{ check: "state", status: "ok", says: `${where}, where nothing was written yet` }];
  const state = await look("state", async () => {
    await store.pin.isSet();
    return `${where} answers${server.TRUNKLINE_MASTER_KEY ? ", and the master key fits it" : ""}`;
  });
  if (state.status === "fail" || server.TRUNKLINE_TENANTS !== undefined) return [state];
  return [state, await look("PIN", async () => ((await store.pin.isSet()) ? "set: page and command ask for it" : "not set"))];
}

const MAX_SKEW_MS = 30_000;

async function webFindings(configuration: Configuration): Promise<Finding[]> {
  const { TRUNKLINE_PUBLIC_URL: url, TRUNKLINE_LISTEN: listen } = configuration.server;
  const { askPublicUrl, tryListening } = await import("../http/self-check.ts");
  // A server that runs already takes the port: that is a reason to look, not a fault.
  const port = await look("port", async () => tryListening(configuration).then(() => `${listen} is free for trunkline http`), "warn");
  if (url === undefined) return [port];
  const answer = await askPublicUrl(url).catch(() => undefined);
  if (!answer)
    return [
      port,
      { check: "public URL", status: "warn", says: `${url} does not answer from here: look at DNS, the proxy and its certificate` },
    ];
  const reached: Finding = {
    check: "public URL",
    status: answer.status === 200 ? "ok" : "warn",
    says: `${url}/healthz answers ${answer.status}`,
  };
  const seconds = Math.round((answer.skewMs ?? 0) / 1_000);
  const isRight = Math.abs(answer.skewMs ?? 0) <= MAX_SKEW_MS;
  const clock: Finding = {
    check: "clock",
    status: isRight ? "ok" : "fail",
    says: isRight ? "agrees with it" : `${seconds} s away from it: tokens are refused`,
  };
  return [port, reached, ...(answer.skewMs === undefined ? [] : [clock])];
}
