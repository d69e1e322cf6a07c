import {
  type AuthInfo,
  createMcpHandler,
  legacyStatelessFallback,
  type McpHttpHandler,
  type McpRequestContext,
  type McpServer,
  type Server,
} from "@modelcontextprotocol/server";
import type { Outside } from "../../approval/outside.ts";
import { type AccessScope, type Caller, scopesFor } from "../../auth/caller.ts";
import type { TenantSetup } from "../../auth/tenants-file.ts";
import type { CallObserver, CarrierObserver } from "../../core/carrier/observer.ts";
import type { AnyProvider } from "../../core/carrier/provider.ts";
import { kindOf } from "../../core/carrier/where.ts";
import type { OpenWire } from "../../core/carrier/wire.ts";
import type { Clock } from "../../core/clock.ts";
import { type Log, withFields } from "../../core/log.ts";
import type { Cache } from "../../core/store/cache.ts";
import { type Change, type ChangeBus, changesOf } from "../../core/store/changes.ts";
import type { Store } from "../../core/store/store.ts";
import type { Effect } from "../../core/tool.ts";
import { authInfoOf, scopeIn } from "../../mcp/request-scope.ts";
import { type Connection, createServer, hostOf, TOOLS_FOLLOW } from "../../mcp/server.ts";
import { withoutUnknown } from "../../mcp/subscriptions.ts";
import type { Surface } from "../../mcp/surface.ts";
import { type Narrowing, type Policy, tighten, within } from "../../pipeline/policy.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { createPlanDesk } from "../../plans/plan-desk.ts";
import { createCarriers, lazyWire } from "../../startup/carriers.ts";
import { permissionsOf } from "../../startup/policy.ts";
import { asksForTools, createToolsJson, withTools } from "../quick-path/tools-json.ts";
import { createSessions, type SessionLimits, type Sessions } from "../sessions.ts";
import { countApprovals } from "./counted-approvals.ts";

/** Parts that all tenants of a process share. */
export interface TenantPorts {
  providers: readonly AnyProvider[];
  surface: Surface;
  /** Replicas share it: a form that one of them showed is answered on another. */
  stateKey: Uint8Array;
  storeOf(tenant: string, sandbox: boolean): Store;
  cacheOf(tenant: string): Cache;
  changes: ChangeBus;
  openWire(): Promise<OpenWire>;
  outsideOf(tenant: string, store: Store): Outside;
  /** False where replicas share the work: a session would live on one of them. */
  sessions: SessionLimits | false;
  maxBody: number;
  clock: Clock;
  log: Log;
  observerOf(tenant: string): CallObserver;
  observer: CarrierObserver;
  /** The server's own settings; a tenant's can only make them stricter. */
  policy: Policy;
}

/** One tenant of this process: everything that its callers may touch, and nobody else. */
export interface Tenant {
  setup: TenantSetup;
  store: Store;
  sessions: Sessions | undefined;
  plans: TenantPlans;
  /** Settles, by reading back, the writes that a process left open. */
  settleLeft(signal: AbortSignal): Promise<void>;
  /** The scope of this caller's request, narrowed as it asks. */
  scopeFor(caller: Caller, narrowing: Narrowing): Scope;
  answerModern(request: Request, body: unknown, scope: Scope): Promise<Response>;
  answerLegacy(request: Request, body: unknown, scope: Scope): Promise<Response>;
  close(): Promise<void>;
}

/** Runs of plans in the background. */
export interface TenantPlans {
  /** Runs the plan here unless another replica does. */
  run(plan: string): void;
  /** Ends each run between two steps. */
  stop(): Promise<void>;
}

export function createTenant(setup: TenantSetup, ports: TenantPorts): Tenant {
  const { configuration, id } = setup;
  const observer = ports.observerOf(id);
  const store = countApprovals(ports.storeOf(id, configuration.sandbox), observer);
  // Emulators count calls too: one tenant's trying out must not slow another's.
  const { clock, observer: carriers } = ports;
  const log = withFields(ports.log, { tenant: id, where: kindOf(configuration.sandbox) });
  const openWire = configuration.sandbox ? lazyWire({ clock, log, observer: carriers }) : ports.openWire;
  const permissions = permissionsOf(configuration, clock);
  const shared: SharedScope = {
    ...permissions,
    policy: within(ports.policy, permissions.policy),
    ...createCarriers(configuration, ports.providers, { openWire, store }),
    store,
    cache: ports.cacheOf(id),
    environmentSecret: setup.secret,
    outside: ports.outsideOf(id, store),
    clock,
    log,
    // The files of this machine are none of its clients'.
    output: "page",
    observer,
    changes: changesOf(ports.changes, id),
    plans: createPlanDesk(),
  };
  const { surface, stateKey } = ports;
  const serving = serveTenant(shared, {
    ...ports,
    createServer: (scope, connection) => createServer(hostOf(scope, surface, stateKey), connection),
    toolsJson: createToolsJson(surface),
  });
  return { ...serving, setup, store };
}

/** A scope without its caller. */
export type SharedScope = Omit<Scope, "principal" | "trustsForms">;

export interface Serving extends Pick<TenantPorts, "sessions" | "maxBody"> {
  /** A fresh server: for one request, or for one session of the 2025 era. */
  createServer(scope: Scope, connection: Connection): Server | McpServer;
  /** The tools of a scope as JSON, where its servers leave them out when they are told to. */
  toolsJson?(scope: Scope): Buffer;
}

/** Both eras of the protocol for the callers of one scope. */
export function serveTenant(
  shared: SharedScope,
  { createServer, toolsJson, sessions: limits, maxBody }: Serving,
): Omit<Tenant, "setup" | "store"> {
  const create = ({ era, authInfo }: McpRequestContext) => {
    const scope = scopeIn(authInfo);
    if (!scope) throw new Error("a request came without its scope");
    return createServer(scope, { era, perRequest: true });
  };
  const onerror = (error: Error) => shared.log.info({ error }, "protocol error");
  const modern = createMcpHandler(create, { legacy: "reject", maxRequestBodySize: maxBody, onerror });
  const fallback = legacyStatelessFallback(create, onerror, { maxRequestBodySize: maxBody });
  const sessions = limits ? createSessions(limits, shared.clock) : undefined;
  const scopes = new WeakMap<Caller, Scope>();
  const silence = shared.changes.subscribe((change) => tell(modern, change));
  type Answer = (request: Request, body: unknown, authInfo: AuthInfo) => Promise<Response>;
  /** A list of tools is put into an answer that the SDK gave without it. */
  const listing = (answer: Answer) => async (request: Request, body: unknown, scope: Scope) => {
    if (!toolsJson || !asksForTools(body)) return await answer(request, body, authInfoOf(scope));
    return await withTools(await answer(request, body, authInfoOf(scope, { [TOOLS_FOLLOW]: true })), toolsJson(scope));
  };
  const stateless = listing((request, body, authInfo) => fallback(request, { parsedBody: body, authInfo }));
  return {
    sessions,
    plans: plansOf(shared),
    // Nobody calls: each write has its own principal in the journal.
    settleLeft: async (signal) =>
      (await import("../../pipeline/recover.ts")).recover({ ...shared, principal: "", trustsForms: false }, signal),
    scopeFor: (caller, narrowing) => {
      const asksNothing = Object.values(narrowing).every((asked) => asked === undefined);
      const known = asksNothing ? scopes.get(caller) : undefined;
      if (known) return known;
      const policy = tighten(shared.policy, { ...narrowing, effects: effectsOf(caller.scopes) });
      const scope = { ...shared, principal: caller.principal, policy, trustsForms: caller.forms };
      if (asksNothing) scopes.set(caller, scope);
      return scope;
    },
    answerModern: listing(async (request, body, authInfo) => {
      const scope = scopeIn(authInfo);
      const parsedBody = scope ? await withoutUnknown(body, scope, request.signal) : body;
      return await modern.fetch(request, { parsedBody, authInfo });
    }),
    answerLegacy: (request, body, scope) => {
      if (!sessions) return stateless(request, body, scope);
      const createSessionServer = () => createServer(scope, { era: "legacy" });
      const tools = toolsJson && (() => toolsJson(scope));
      return sessions.answer({ request, body, authInfo: authInfoOf(scope), createServer: createSessionServer, toolsJson: tools });
    },
    close: async () => {
      silence();
      await shared.plans.stop();
      await Promise.all([modern.close(), sessions?.close()]);
    },
  };
}

function plansOf(shared: SharedScope): TenantPlans {
  // The plan itself names its principal.
  const scope: Scope = { ...shared, principal: "", trustsForms: false };
  return {
    run: (plan) => shared.plans.run(plan, scope),
    stop: () => shared.plans.stop(),
  };
}

const effects = ["read", "create", "change", "destroy"] as const satisfies readonly Effect[];

function effectsOf(scopes: readonly AccessScope[]): readonly Effect[] {
  return effects.filter((effect) => scopesFor(effect).every((scope) => scopes.includes(scope)));
}

function tell({ notify }: McpHttpHandler, { list, uris }: Change): void {
  if (list) notify.resourcesChanged();
  for (const uri of uris) notify.resourceUpdated(uri);
}
