import type { EmulatorAnswer, EmulatorRequest } from "../../src/core/carrier/emulator.ts";
import type { OpenWire } from "../../src/core/carrier/wire.ts";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import { newId } from "../../src/core/id.ts";
import { silentLog } from "../../src/core/log.ts";
import { callTool } from "../../src/pipeline/call.ts";
import type { Scope } from "../../src/pipeline/scope.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { type Location, type OpenStore, openStore } from "../../src/store/open.ts";
import { createOpenWire } from "../../src/wire/open.ts";
import { type ToolName, tools } from "../../tools/index.ts";
import { exotelAt, scopeWith, unlimited } from "../support/scope.ts";

/** A request that reached the carrier's door, with what it answered and when. */
export interface Passed {
  request: EmulatorRequest;
  status: number;
  effective: boolean;
  at: number;
}

/** The observed dialect refuses a duplicate with 200, and says so inside. */
export function isEffective({ status, body }: EmulatorAnswer): boolean {
  const { response } = (body ?? {}) as { response?: { code?: unknown } };
  const code = response?.code;
  return status < 300 && (typeof code !== "number" || code < 300);
}

export interface WatchedCarrier {
  url: string;
  sandbox: Sandbox;
  passed: Passed[];
}

/** Exotel's emulator on loopback, which keeps count. Without a clock it never sees two calls in one minute. */
export async function startCarrier(clock?: Clock, told: (one: Passed) => void = () => {}): Promise<WatchedCarrier> {
  const passed: Passed[] = [];
  let emulated = Date.now();
  const now = () => {
    emulated = clock ? clock.now() : emulated + 60_000;
    return emulated;
  };
  const factory = await exotel.sandbox();
  const create: typeof factory.create = (options) => {
    const emulator = factory.create(options);
    return {
      ...emulator,
      handle: (request) => {
        const answer = emulator.handle(request);
        const one = { request, status: answer.status, effective: isEffective(answer), at: clock?.now() ?? Date.now() };
        passed.push(one);
        told(one);
        return answer;
      },
    };
  };
  const sandbox = await startSandbox([{ ...exotel, sandbox: async () => ({ ...factory, create }) }], { now });
  return { url: sandbox.urlOf("exotel"), sandbox, passed };
}

export interface ReplicaSetup {
  /** Its state, or where that lies. */
  state: OpenStore | Location;
  url: string;
  clock?: Clock;
  /** False: as many calls as it likes. */
  limited?: boolean;
  planAnswerMs?: number;
  /** Wraps its wire to the carrier. */
  through?: (openWire: OpenWire) => OpenWire;
}

export interface Replica extends Scope {
  store: OpenStore;
}

/** Everything that one process has, in this one. */
export async function openReplica({ state, url, clock = systemClock, ...setup }: ReplicaSetup): Promise<Replica> {
  const { limited = false, planAnswerMs, through = (openWire) => openWire } = setup;
  const store = "journal" in state ? state : await openStore({ location: state, tenant: "local", clock });
  const policy = { attempts: 3, maxRetryAfterMs: 20_000, backoffMs: 1 };
  const openWire = through(createOpenWire({ clock, log: silentLog, policy, settleAfterMs: [0, 10] }));
  const carriers = exotelAt(url, limited ? openWire : unlimited(openWire), store);
  return scopeWith({ carriers, store, clock, ...(planAnswerMs === undefined ? {} : { planAnswerMs }) });
}

/** The tool's answer; a refusal is thrown. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
export async function call(tool: ToolName, args: Record<string, unknown>, scope: Scope): Promise<any> {
  const { default: loaded } = await tools[tool]();
  const person = { canAsk: false, answer: undefined };
  const answer = await callTool({ tool: loaded, arguments: args, requestId: newId(), signal: new AbortController().signal, person }, scope);
  if (answer.kind === "done") return answer.result;
  throw new Error(`${tool}: ${JSON.stringify(answer)}`);
}

export function manyNumbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `+9180${String(44_000_000 + index)}`);
}

/** A trunk with this many numbers; the plan has one step more. */
export async function planNumbers(count: number, scope: Scope, trunk = "bulk"): Promise<string> {
  const wanted = { provider: "exotel", use_case: "outbound", trunk, numbers: manyNumbers(count), ips: ["44.248.146.11"] };
  const planned = await call("plan_trunk", wanted, scope);
  if (typeof planned.plan_id !== "string") throw new Error(JSON.stringify(planned));
  return planned.plan_id;
}

/** A request behind Trunkline's back. */
export async function send({ url }: WatchedCarrier, method: string, path: string, body?: unknown) {
  const authorization = `Basic ${Buffer.from("sandbox-key:sandbox-token").toString("base64")}`;
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { authorization, "content-type": "application/json" };
  const answer = await fetch(`${url}/v2/accounts/sandbox/${path}`, { method, headers, ...init });
  const { response } = (await answer.json()) as { response?: { data: Record<string, string> }[] };
  return { status: answer.status, rows: Array.isArray(response) ? response.map(({ data }) => data) : [] };
}
