import { hkdfSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IssuerLimits } from "../auth/issuers.ts";
import { parseTenantsFile, type TenantSetup, type TenantsFile } from "../auth/tenants-file.ts";
import type { Places } from "../core/carrier/rate-slots.ts";
import type { Configuration, Environment, ServerSettings } from "../core/config.ts";
import { TrunkError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { isLoopback } from "../core/loopback.ts";
import { readMasterKey } from "../core/master-key.ts";
import { loadSurface, type Surface } from "../mcp/surface.ts";
import { lazyWire } from "../startup/carriers.ts";
import { createAccess } from "./access.ts";
import { type HttpLimits, startHttpServer } from "./listener.ts";
import type { LoadLimits } from "./load-limits.ts";
import { createMetrics, type Load, type Metrics } from "./metrics.ts";
import { createGuard } from "./origin-guard.ts";
import { healthRoutes } from "./routes/health.ts";
import { createEndpoint, type Endpoint } from "./routes/mcp.ts";
import { metricsRoute } from "./routes/metrics.ts";
import type { SessionLimits } from "./sessions.ts";
import { type LeftPlanPorts, takeUpLeftPlans } from "./tenants/left-plans.ts";
import { createRegistry, type Registry } from "./tenants/registry.ts";
import type { House } from "./tenants/tenant.ts";

type StatePorts = Pick<House, "providers" | "storeOf" | "cacheOf" | "changes" | "clock" | "log"> & LeftPlanPorts;

export interface HttpPorts extends StatePorts {
  configuration: Configuration;
  /** What references of the tenants file name. */
  environment: Environment;
  /** For the one local person who is served where there is no tenants file. */
  environmentSecret(name: string): string | undefined;
  /** The carriers' rates, where replicas share them. */
  places: Places | undefined;
  /** Rejects when the state of that kind cannot be read. */
  storeAnswers(sandbox: boolean): Promise<void>;
  /** With which that person decides in a terminal. */
  approvalCommand?(id: string): string;
  /** Smaller ones, where a test waits for them. */
  limits?: {
    http?: Partial<HttpLimits>;
    load?: LoadLimits;
    sessions?: SessionLimits;
    issuers?: Partial<IssuerLimits>;
    reapMs?: number;
    drainMs?: number;
  };
}

export interface HttpServing {
  url: string;
  port: number;
  /** Takes over what the tenants file says now; the old state stays where it is wrong. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

const MAX_BODY = 1024 * 1024;
const SESSIONS = { sessions: 1_000, idleMs: 30 * 60_000 };
const REAP_MS = 60_000;
const DRAIN_MS = 10_000;

/** Serves MCP over HTTP, in both eras of the protocol. */
export async function serveHttp(ports: HttpPorts): Promise<HttpServing> {
  const { log, limits } = ports;
  const { server: settings } = ports.configuration;
  const { host, port } = listenAddress(settings);
  const file = readTenants(ports);
  if (!file && !isLoopback(host)) throw needsAuthentication(host);
  const surface = await loadSurface();
  const address = { origin: settings.TRUNKLINE_PUBLIC_URL ?? "" };
  const metrics = createMetrics(() => loadOf(registry, endpoint));
  const stateKey = stateKeyOf(settings);
  const storeOf = (tenant: string) => registry.find(tenant)?.store;
  const access = createAccess({ ...ports, address, stateKey, limits: ports.limits?.issuers, storeOf });
  const registry = createRegistry({ ...houseOf(ports, surface, stateKey, metrics), outsideOf: access.outsideOf }, (tenant) =>
    endpoint.settled(tenant),
  );
  let metricsSha256 = file?.metricsSha256;
  let draining = false;
  const apply = async (read: TenantsFile | undefined) => {
    registry.replace(read?.tenants ?? [localSetup(ports)]);
    access.take(read);
    metricsSha256 = read?.metricsSha256;
  };
  await apply(file);
  const endpoint = createEndpoint({
    ...{ gate: access.gate, tenant: registry.find, origin: () => address.origin, maxBody: MAX_BODY },
    effectOf: (name) => surface.tools.find((tool) => tool.name === name)?.effect,
    ...(limits?.load ? { load: limits.load } : {}),
  });
  const routes = [
    { path: "/mcp", handle: guardOf(settings)(endpoint.handle), traces: true },
    ...healthRoutes({ storeAnswers: () => storesAnswer(registry, ports), draining: () => draining, log }),
    ...access.routes,
    metricsRoute({ metrics, sha256: () => metricsSha256, behindProxy: settings.TRUNKLINE_PUBLIC_URL !== undefined }),
  ];
  const listening = await startHttpServer({ host, port, routes, limits: limits?.http ?? {}, log });
  address.origin ||= localOrigin(host, listening.port);
  const ending = new AbortController();
  settleLeftOpen(registry, ending.signal, log);
  const plans = takeUpLeftPlans(registry.all, ports);
  const reaping = setInterval(() => reapSessions(registry), limits?.reapMs ?? REAP_MS);
  const close = async () => {
    draining = true;
    ending.abort();
    clearInterval(reaping);
    const drained = listening.drain(limits?.drainMs ?? DRAIN_MS);
    endpoint.endStreams();
    // Now: calls that wait for a plan are answered when this replica is done with it.
    await plans.stop();
    await drained;
    await registry.close();
  };
  const reload = async () => {
    await apply(readTenants(ports));
    settleLeftOpen(registry, ending.signal, log);
  };
  return { url: `${address.origin}/mcp`, port: listening.port, reload, close };
}

/** Beside the first requests, not before them. */
function settleLeftOpen(registry: Registry, signal: AbortSignal, log: Log): void {
  for (const tenant of registry.all()) {
    tenant.settleLeft(signal).catch((error: unknown) => log.warn({ error }, "what was left open could not be settled"));
  }
}

function guardOf({ TRUNKLINE_PUBLIC_URL: publicUrl, TRUNKLINE_ALLOWED_ORIGINS: origins }: ServerSettings) {
  return createGuard({ publicUrl, origins });
}

function reapSessions(registry: Registry): void {
  for (const tenant of registry.all()) tenant.sessions?.reap();
}

function loadOf(registry: Registry, endpoint: Endpoint): Load {
  const sessions = registry.all().reduce((sum, tenant) => sum + (tenant.sessions?.count() ?? 0), 0);
  return { sessions, ...endpoint.load() };
}

/** Trying out has a state of its own, which is looked at where a tenant uses it. */
async function storesAnswer(registry: Registry, { storeAnswers }: HttpPorts): Promise<void> {
  const kinds = new Set(registry.all().map(({ setup }) => setup.configuration.sandbox));
  await Promise.all([...kinds].map(storeAnswers));
}

function readTenants({ configuration, environment, providers }: HttpPorts): TenantsFile | undefined {
  const path = configuration.server.TRUNKLINE_TENANTS;
  if (path === undefined) return undefined;
  const readFile = (name: string) => readFileSync(name, "utf8");
  return parseTenantsFile(readFile(path), { environment, providers, readFile });
}

function houseOf(ports: HttpPorts, surface: Surface, stateKey: Uint8Array, metrics: Metrics): Omit<House, "outsideOf"> {
  const { server } = ports.configuration;
  const shared = server.TRUNKLINE_STORE !== undefined;
  return {
    ...ports,
    surface,
    stateKey,
    openWire: lazyWire({ ...ports, observer: metrics.carriers }),
    observer: metrics.carriers,
    observerOf: metrics.ofTenant,
    sessions: shared ? false : (ports.limits?.sessions ?? SESSIONS),
    maxBody: MAX_BODY,
  };
}

/** Replicas that share a store share its key; a form shown by one is answered on another. */
function stateKeyOf({ TRUNKLINE_STORE: store, TRUNKLINE_MASTER_KEY: masterKey }: ServerSettings): Uint8Array {
  if (!store) return randomBytes(32);
  return new Uint8Array(hkdfSync("sha256", readMasterKey(masterKey), "", "trunkline form state", 32));
}

/** The one tenant of a server that needs no token: the person at this machine, as over stdio. */
function localSetup({ configuration, environmentSecret }: HttpPorts): TenantSetup {
  return { id: "local", principals: [], configuration, fingerprint: "local", secret: environmentSecret };
}

function listenAddress({ TRUNKLINE_LISTEN: listen }: ServerSettings): { host: string; port: number } {
  const colon = listen.lastIndexOf(":");
  return { host: listen.slice(0, colon).replace(/^\[(.*)\]$/, "$1"), port: Number(listen.slice(colon + 1)) };
}

/** Where it is reached on this machine, for want of a public address. All addresses at once are none that a link can name. */
function localOrigin(host: string, port: number): string {
  if (host === "0.0.0.0" || host === "::") return `http://127.0.0.1:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function needsAuthentication(host: string): TrunkError {
  return new TrunkError(
    "not_configured",
    `Trunkline does not listen on ${host} without authentication: whoever reaches it could use your carrier accounts. Set TRUNKLINE_TENANTS to a file that says who may come in, or listen on 127.0.0.1.`,
  );
}
