import { createMcpHandler, legacyStatelessFallback, type McpHttpHandler, type McpRequestContext } from "@modelcontextprotocol/server";
import type { Cache } from "../../core/cache.ts";
import type { Clock } from "../../core/clock.ts";
import type { Output } from "../../core/local.ts";
import type { Log } from "../../core/log.ts";
import type { AnyProvider } from "../../core/provider.ts";
import type { Store } from "../../core/store.ts";
import type { Effect } from "../../core/tool.ts";
import type { OpenWire } from "../../core/wire.ts";
import { PlanRuns } from "../../server/plans/runs.ts";
import { type Narrowing, tighten } from "../../server/policy.ts";
import { createProbes } from "../../server/probes.ts";
import type { Outside, Policy, Scope } from "../../server/scope.ts";
import { createServer, hostOf } from "../../server/server.ts";
import type { Surface } from "../../server/surface.ts";
import { createCarriers, lazyWire } from "../carriers.ts";
import { type AccessScope, type Caller, scopesFor } from "./caller.ts";
import { createSessions, type SessionLimits, type Sessions } from "./sessions.ts";
import type { TenantSetup } from "./tenants-file.ts";

/** What all tenants of a process stand on. */
export interface House {
  providers: readonly AnyProvider[];
  surface: Surface;
  /** Replicas share it: a form that one of them showed is answered on another. */
  stateKey: Uint8Array;
  storeOf(tenant: string, sandbox: boolean): Store;
  cacheOf(tenant: string): Cache;
  openWire(): Promise<OpenWire>;
  outputOf(tenant: string, store: Store): Output;
  outsideOf(tenant: string, store: Store): Outside;
  /** False where replicas share the work: a session would live on one of them. */
  sessions: SessionLimits | false;
  maxBody: number;
  clock: Clock;
  log: Log;
}

/** One tenant of this process: everything that its callers may touch, and nobody else. */
export interface Tenant {
  setup: TenantSetup;
  store: Store;
  sessions: Sessions | undefined;
  /** Of this caller's request, narrowed by what it asks for. */
  scopeFor(caller: Caller, narrowing: Narrowing): Scope;
  answerModern(request: Request, body: unknown, scope: Scope): Promise<Response>;
  answerLegacy(request: Request, body: unknown, scope: Scope): Promise<Response>;
  close(): Promise<void>;
}

export function createTenant(setup: TenantSetup, house: House): Tenant {
  const { configuration, id } = setup;
  const store = house.storeOf(id, configuration.sandbox);
  // Emulators count calls too: one tenant's trying out must not slow another's.
  const openWire = configuration.sandbox ? lazyWire(house) : house.openWire;
  const shared: SharedScope = {
    policy: policyOf(setup),
    ...createCarriers(configuration, house.providers, { openWire, store }),
    store,
    cache: house.cacheOf(id),
    environmentSecret: setup.secret,
    outside: house.outsideOf(id, store),
    clock: house.clock,
    log: house.log,
    output: house.outputOf(id, store),
    probes: createProbes(
      { allowPrivate: configuration.server.TRUNKLINE_ALLOW_PRIVATE_PROBES, carriers: !configuration.sandbox },
      house.clock,
    ),
    changes: new Set(),
    runs: new PlanRuns(),
  };
  return { ...serveTenant(shared, house), setup, store };
}

/** Everything of a scope but who calls. */
export type SharedScope = Omit<Scope, "principal">;
type Serving = Pick<House, "surface" | "stateKey" | "sessions" | "maxBody">;

/** Both eras of the protocol for the callers of one scope. */
export function serveTenant(
  shared: SharedScope,
  { surface, stateKey, sessions: limits, maxBody }: Serving,
): Omit<Tenant, "setup" | "store"> {
  const create = ({ era, authInfo }: McpRequestContext) =>
    createServer(hostOf(scopeIn(authInfo), surface, stateKey), { era, perRequest: true });
  const onerror = (error: Error) => shared.log.info({ error }, "protocol error");
  const modern = createMcpHandler(create, { legacy: "reject", maxRequestBodySize: maxBody, onerror });
  const stateless = legacyStatelessFallback(create, onerror, { maxRequestBodySize: maxBody });
  const sessions = limits ? createSessions(limits, shared.clock) : undefined;
  shared.changes.add((change) => tell(modern, change));
  const inSession = (scope: Scope) => async () => createServer(hostOf(scope, surface, stateKey), { era: "legacy" });
  return {
    sessions,
    scopeFor: (caller, narrowing) => ({
      ...shared,
      principal: caller.principal,
      policy: tighten(shared.policy, { ...narrowing, effects: effectsOf(caller.scopes) }),
    }),
    answerModern: (request, body, scope) => modern.fetch(request, { parsedBody: body, authInfo: authInfoOf(scope) }),
    answerLegacy: (request, body, scope) =>
      sessions
        ? sessions.answer({ request, body, principal: scope.principal, createServer: inSession(scope) })
        : stateless(request, { parsedBody: body, authInfo: authInfoOf(scope) }),
    close: async () => {
      await Promise.all([modern.close(), sessions?.close()]);
    },
  };
}

function policyOf({ configuration: { server } }: TenantSetup): Policy {
  return {
    readOnly: server.TRUNKLINE_READ_ONLY,
    toolsets: server.TRUNKLINE_TOOLSETS,
    approval: server.TRUNKLINE_APPROVAL,
    revealSecrets: server.TRUNKLINE_REVEAL_SECRETS,
  };
}

const effects = ["read", "create", "change", "destroy"] as const satisfies readonly Effect[];

function effectsOf(scopes: readonly AccessScope[]): readonly Effect[] {
  return effects.filter((effect) => scopesFor(effect).every((scope) => scopes.includes(scope)));
}

/** The SDK hands this to the server that it has made for the request. The token itself stays behind. */
function authInfoOf(scope: Scope) {
  return { token: "", clientId: scope.principal, scopes: [], extra: { scope } };
}

function scopeIn(authInfo: McpRequestContext["authInfo"]): Scope {
  return authInfo?.extra?.["scope"] as Scope;
}

function tell({ notify }: McpHttpHandler, { list, uri }: { list: boolean; uri: string | undefined }): void {
  if (list) notify.resourcesChanged();
  if (uri !== undefined) notify.resourceUpdated(uri);
}
