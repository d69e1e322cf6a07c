import manifest from "../../package.json" with { type: "json" };
import type { Configuration } from "../core/config.ts";
import { whereOfConfigured } from "../startup/carriers.ts";
import { configurationOf, hasState, knownProviders, liveCarriers, type NetworkSeen, personsState } from "../startup/local.ts";
import { defineCommand, type ProcessPorts } from "./command.ts";
import { type Finding, look } from "./finding.ts";
import { networkFindings, networkSeen } from "./network-findings.ts";

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
  const seen = networkSeen();
  const parts = [
    ...served.map((one) => carrierFindings(one, seen, ports)),
    ...[...states].map((sandbox) => storeFindings({ ...configuration, sandbox }, ports)),
  ];
  const told = (await Promise.all(parts)).flat();
  // Comes last, for it judges by what the carriers' answers showed.
  return [version, settings, ...file, ...told, ...(await networkFindings(configuration, seen))];
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

async function carrierFindings({ id, configuration }: Served, seen: NetworkSeen, ports: ProcessPorts): Promise<Finding[]> {
  const carriers = configuration.sandbox ? [] : liveCarriers(configuration, ports, seen);
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
