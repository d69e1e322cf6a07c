import { hkdfSync, randomBytes } from "node:crypto";
import { MCP_PATH } from "../auth/caller.ts";
import { createIssuers, type IssuerLimits } from "../auth/issuers.ts";
import type { TenantSetup, TenantsFile } from "../auth/tenants-file.ts";
import type { RateSlots } from "../core/carrier/rate-slots.ts";
import { type TenantCounts, whereOfAll } from "../core/carrier/where.ts";
import type { Configuration, Environment, ServerSettings } from "../core/config.ts";
import type { Log } from "../core/log.ts";
import { isLoopback } from "../core/loopback.ts";
import { readMasterKey } from "../core/master-key.ts";
import { counted } from "../core/text.ts";
import { loadSurface, type Surface } from "../mcp/surface.ts";
import { createHostedPages, createOutside, type OutsidePorts } from "../pages/hosted-pages.ts";
import { servePages } from "../pages/page-server.ts";
import { policyFrom } from "../pipeline/policy.ts";
import { lazyWire, whereOfConfigured } from "../startup/carriers.ts";
import { askStoreAtStart } from "../startup/store-at-start.ts";
import { createAccess } from "./access.ts";
import { createProxyGuard } from "./forwarded.ts";
import { cannotListen, listenAddress, localOrigin, needsAuthentication, refuseBeyondLoopback } from "./listen-address.ts";
import { type HttpLimits, type Route, startHttpServer } from "./listener.ts";
import type { LoadLimits } from "./load-limits.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createOpenResponses, type OpenResponses } from "./open-responses.ts";
import { createGuard } from "./origin-guard.ts";
import { forPagesOf } from "./pages-of-sites.ts";
import { createHealth } from "./routes/health.ts";
import { createRoutes } from "./routes/index.ts";
import { createEndpoint } from "./routes/mcp.ts";
import { createMetricsRoute } from "./routes/metrics.ts";
import { createMetadata } from "./routes/resource-metadata.ts";
import { createWelcome } from "./routes/welcome.ts";
import type { SessionLimits } from "./sessions.ts";
import { type LeftPlanPorts, takeUpLeftPlans } from "./tenants/left-plans.ts";
import { readTenants } from "./tenants/read-file.ts";
import { countTenants, createRegistry, type Registry } from "./tenants/registry.ts";
import type { TenantPorts } from "./tenants/tenant.ts";

type StatePorts = Pick<TenantPorts, "providers" | "storeOf" | "cacheOf" | "changes" | "clock" | "log"> & LeftPlanPorts;

export interface HttpPorts extends StatePorts {
  configuration: Configuration;
  /** Variables that the tenants file refers to. */
  environment: Environment;
  /** For the one local person who is served without a tenants file. */
  environmentSecret(name: string): string | undefined;
  /** The carriers' rates, where replicas share them. */
  slots: RateSlots | undefined;
  /** Rejects when the state of that kind cannot be read. */
  storeAnswers(sandbox: boolean): Promise<void>;
  /** For that person's own terminal. */
  commands?: OutsidePorts["commands"];
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
  /** Whether calls go to the sandbox or to live accounts, for the line that says so. */
  where(): string;
  /** Reads the tenants file again; if it is wrong, the old state stays. */
  reload(): Promise<void>;
  /** How many tenants it serves, and requests it answers at this moment. */
  count(): TenantCounts & { inFlight: number };
  close(): Promise<void>;
}

const MAX_BODY = 1024 * 1024;
const SESSIONS = { sessions: 1_000, idleMs: 30 * 60_000 };
const REAP_MS = 60_000;
const DRAIN_MS = 10_000;

/** Serves MCP over HTTP, in both eras of the protocol. */
export async function serveHttp(ports: HttpPorts): Promise<HttpServing> {
  const { log, limits, configuration } = ports;
  const { host, port } = listenAddress(configuration.server);
  const file = readTenants(ports);
  if (!file) refuseBeyondLoopback(host, configuration.server.TRUNKLINE_PUBLIC_URL);
  await askStoreAtStart(() => storesAnswer(file?.tenants ?? [{ configuration }], ports), log);
  const address = { origin: configuration.server.TRUNKLINE_PUBLIC_URL ?? "" };
  const health = { draining: false };
  const responses = createOpenResponses();
  const { registry, routes, take } = assemble(ports, await loadSurface(), { address, health, responses });
  take(file);
  const listening = await startHttpServer({ host, port, routes, limits: limits?.http ?? {}, log }).catch(async (error: unknown) => {
    await registry.close();
    throw cannotListen(error, configuration.server);
  });
  // A name, localhost among them, leads where the machine's own tables say.
  if (!file && !isLoopback(listening.address)) {
    await listening.drain(0);
    throw needsAuthentication(`${host}, which is ${listening.address} here,`);
  }
  address.origin ||= localOrigin(host, listening.port);
  const ending = new AbortController();
  settleLeftOpen(registry, ending.signal, log);
  const plans = takeUpLeftPlans(registry.all, ports);
  const reaping = setInterval(() => reapSessions(registry), limits?.reapMs ?? REAP_MS);
  const reload = async () => {
    take(readTenants(ports));
    settleLeftOpen(registry, ending.signal, log);
  };
  const count = () => ({ ...countTenants(registry.all()), inFlight: responses.count().inFlight });
  const where = () => (file ? tenantsInWords(count()) : whereOfConfigured(configuration).text);
  const close = async () => {
    health.draining = true;
    ending.abort();
    clearInterval(reaping);
    const drained = listening.drain(limits?.drainMs ?? DRAIN_MS);
    responses.endStreams();
    // Now: calls that wait for a plan are answered when this replica is done with it.
    await plans.stop();
    await drained;
    await registry.close();
  };
  return { url: `${address.origin}${MCP_PATH}`, port: listening.port, where, reload, count, close };
}

function tenantsInWords({ live, sandbox }: TenantCounts): string {
  return `${counted(live + sandbox, "tenant")}: ${live} live, ${sandbox} sandbox`;
}

interface Parts {
  /** Its origin is known when the server listens, where the operator names none. */
  address: { origin: string };
  health: { draining: boolean };
  responses: OpenResponses;
}

interface Assembled {
  registry: Registry;
  routes: readonly Route[];
  /** From now on this file says who may come in, and to what. */
  take(file: TenantsFile | undefined): void;
}

/** Everything that answers, from what needs nothing to what needs the rest. */
function assemble(ports: HttpPorts, surface: Surface, { address, health, responses }: Parts): Assembled {
  const { log, clock, limits, configuration } = ports;
  const { TRUNKLINE_PUBLIC_URL: publicUrl, TRUNKLINE_ALLOWED_ORIGINS: origins, TRUNKLINE_TENANTS: tenants } = configuration.server;
  const origin = () => address.origin;
  const stateKey = stateKeyOf(configuration.server);
  const metrics = createMetrics(() => storesAnswer(setupsOf(registry), ports));
  // Beside a tenants file, no person's terminal reaches the store.
  const commands = tenants === undefined ? ports.commands : undefined;
  const outsideOf = createOutside({ origin, stateKey, clock, commands });
  const registry = createRegistry({ ...tenantPorts(ports, metrics), surface, stateKey, outsideOf }, responses.allSent);
  const issuers = createIssuers({ clock, log, limits: limits?.issuers });
  const access = createAccess({ address, issuers, clock, log });
  const storeOf = (tenant: string) => registry.find(tenant)?.store;
  const whereOf = (tenant: string) => {
    const setup = registry.find(tenant)?.setup;
    return setup && whereOfConfigured(setup.configuration);
  };
  const forStrangers = () => whereOfAll(countTenants(registry.all()));
  const pages = createHostedPages({ ...access, stateKey, clock, log, issuers, origin, storeOf, whereOf, forStrangers });
  const effectOf = (name: string) => surface.tools.find((tool) => tool.name === name)?.effect;
  const mcp = { gate: access.gate, tenant: registry.find, effectOf, origin, responses, maxBody: MAX_BODY, load: limits?.load, log };
  const guard = createGuard({ publicUrl, origins });
  const direct = createProxyGuard(() => access.file() === undefined);
  const behindProxy = publicUrl !== undefined;
  metrics.gaugeLoad(() => ({ sessions: sessionsOf(registry), ...responses.count() }));
  const routes = createRoutes({
    guard: (request) => direct(request) ?? guard(request),
    direct,
    mcp: forPagesOf(origins, createEndpoint(mcp)),
    welcome: createWelcome(() => ({ url: `${origin()}${MCP_PATH}`, serves: servesOf(access.file(), configuration) })),
    health: createHealth({ storeAnswers: () => storesAnswer(setupsOf(registry), ports), draining: () => health.draining, log }),
    metadata: createMetadata(access.gate),
    metrics: createMetricsRoute({ metrics, sha256: () => access.file()?.metricsSha256, behindProxy }),
    pages,
    page: (handler) => servePages(handler, origin, log),
  });
  const take = (file: TenantsFile | undefined) => {
    registry.replace(file?.tenants ?? [localSetup(ports)]);
    access.take(file);
  };
  return { registry, routes, take };
}

function servesOf(file: TenantsFile | undefined, { sandbox }: Configuration): "tokens" | "sandbox" | "live" {
  if (file) return "tokens";
  return sandbox ? "sandbox" : "live";
}

/** Runs beside the first requests, which do not wait for it. */
function settleLeftOpen(registry: Registry, signal: AbortSignal, log: Log): void {
  for (const tenant of registry.all()) {
    tenant.settleLeft(signal).catch((error: unknown) => log.warn({ error }, "open writes could not be settled"));
  }
}

function reapSessions(registry: Registry): void {
  for (const tenant of registry.all()) tenant.sessions?.reap();
}

function sessionsOf(registry: Registry): number {
  return registry.all().reduce((sum, tenant) => sum + (tenant.sessions?.count() ?? 0), 0);
}

function setupsOf(registry: Registry): TenantSetup[] {
  return registry.all().map(({ setup }) => setup);
}

/** The sandbox has its own store, which is asked only if some tenant uses it. */
async function storesAnswer(setups: Pick<TenantSetup, "configuration">[], { storeAnswers }: HttpPorts): Promise<void> {
  const kinds = new Set(setups.map(({ configuration }) => configuration.sandbox));
  await Promise.all([...kinds].map(storeAnswers));
}

function tenantPorts(ports: HttpPorts, metrics: Metrics): Omit<TenantPorts, "surface" | "stateKey" | "outsideOf"> {
  const shared = ports.configuration.server.TRUNKLINE_STORE !== undefined;
  return {
    ...ports,
    openWire: lazyWire({ ...ports, observer: metrics.carriers }),
    observer: metrics.carriers,
    observerOf: metrics.ofTenant,
    policy: policyFrom(ports.configuration.server),
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
