import manifest from "../../package.json" with { type: "json" };
import type { Configuration } from "../core/config.ts";
import { TrunkError } from "../core/errors.ts";
import { cleanText } from "../core/text.ts";
import { whereOfConfigured } from "../startup/carriers.ts";
import { configurationOf, hasState, knownProviders, liveCarriers, localScope, storePlace } from "../startup/local.ts";
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
  const parts = [tenantsFindings(configuration, ports), storeFindings(configuration, ports), webFindings(configuration)];
  return [version, settings, ...(await Promise.all(parts)).flat()];
}

async function look(check: string, ask: () => Promise<string>, otherwise: "warn" | "fail" = "fail"): Promise<Finding> {
  try {
    return { check, status: "ok", says: await ask() };
  } catch (error) {
    const says =
      error instanceof TrunkError ? `${error.message} ${error.hint}` : cleanText(error instanceof Error ? error.message : "failed");
    return { check, status: otherwise, says };
  }
}

/** The carriers that this server would call: its own, or those of each tenant. */
async function tenantsFindings(configuration: Configuration, ports: ProcessPorts): Promise<Finding[]> {
  if (configuration.server.TRUNKLINE_TENANTS === undefined) return await carrierFindings("", configuration, ports);
  const [{ readTenants }, { opaque }] = await Promise.all([import("../http/tenants/read-file.ts"), import("../http/metrics.ts")]);
  const read = () => readTenants({ configuration, environment: ports.environment, providers: knownProviders() });
  const file = await look("tenants file", async () => `${read()?.tenants.length ?? 0} tenants`);
  if (file.status === "fail") return [file];
  const each = (read()?.tenants ?? []).map(async (setup): Promise<Finding[]> => {
    const says = `${whereOfConfigured(setup.configuration).text}; in /metrics it is ${opaque(setup.id)}`;
    return [
      { check: `tenant ${setup.id}`, status: "ok", says },
      ...(await carrierFindings(`tenant ${setup.id}, `, setup.configuration, ports)),
    ];
  });
  return [file, ...(await Promise.all(each)).flat()];
}

async function carrierFindings(whose: string, configuration: Configuration, ports: ProcessPorts): Promise<Finding[]> {
  if (configuration.sandbox) return [];
  return await Promise.all(
    liveCarriers(configuration, ports).map(({ provider, connected }) =>
      look(`${whose}${provider.title}`, async () => {
        const { client, trunks } = await connected();
        await trunks.list(client, { limit: 1 });
        return "answers, and accepts the key";
      }),
    ),
  );
}

async function storeFindings(configuration: Configuration, ports: ProcessPorts): Promise<Finding[]> {
  const place = await storePlace(configuration, configuration.sandbox, ports);
  // Asking would make the file.
  if (!(await hasState(ports))) return [{ check: "state", status: "ok", says: `${place}, where nothing was written yet` }];
  const { store } = localScope(ports);
  const state = await look("state", async () => {
    await store.pin.isSet();
    return `${place} answers${configuration.server.TRUNKLINE_MASTER_KEY ? ", and the master key fits it" : ""}`;
  });
  if (state.status === "fail" || configuration.server.TRUNKLINE_TENANTS !== undefined) return [state];
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
