import { createHash } from "node:crypto";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import manifest from "../../package.json" with { type: "json" };
import type { CallObserver, CarrierObserver } from "../core/carrier/observer.ts";
import { createStoreCheck } from "./store-check.ts";

/** How much is open at one moment. */
export interface ServerLoad {
  sessions: number;
  streams: number;
  inFlight: number;
}

export interface Metrics {
  ofTenant(tenant: string): CallObserver;
  carriers: CarrierObserver;
  /** Reads this at each scrape. */
  gaugeLoad(load: () => ServerLoad): void;
  contentType: string;
  text(): Promise<string>;
}

/** A call to a carrier takes most of a call's time; one that is tried again, or waits for the rate, half a minute. */
const CALL_SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const WAIT_SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 20];

/** Each label is one of a few words of ours; the tenant's is opaque. */
export function createMetrics(storeAnswers: () => Promise<void>): Metrics {
  const registry = new Registry();
  tellBuild(registry);
  const addGauge = gaugesIn(registry);
  gaugeStore(createStoreCheck(storeAnswers), addGauge);
  collectDefaultMetrics({ register: registry });
  const observe = observeCalls(registry);
  return {
    ofTenant: (tenant) => observe(opaque(tenant)),
    carriers: observeCarriers(registry),
    gaugeLoad: (load) => gaugeLoad(load, addGauge),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

/** Only a reader who knows the tenants' names can tell which one it is. */
export function opaque(tenant: string): string {
  return createHash("sha256").update(tenant).digest("hex").slice(0, 12);
}

function tellBuild(registry: Registry): void {
  const labels = { version: manifest.version, node: process.version };
  const build = { name: "trunkline_build_info", help: "1, with what runs here", labelNames: Object.keys(labels), registers: [registry] };
  new Gauge(build).set(labels, 1);
}

type AddGauge = (name: string, help: string, read: () => number | Promise<number>) => void;

/** Adds gauges that are read at each scrape. */
function gaugesIn(registry: Registry): AddGauge {
  return (name, help, read) =>
    void new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
}

/** Asks at each scrape, so that an alert needs no call that fails. */
function gaugeStore(answers: () => Promise<boolean>, addGauge: AddGauge): void {
  addGauge("trunkline_store_up", "1 while the store answers", async () => Number(await answers()));
  addGauge("trunkline_store_answer_seconds", "How long the store took to answer this scrape's question, at most 1", async () => {
    const began = performance.now();
    await answers();
    return (performance.now() - began) / 1_000;
  });
}

function observeCalls(registry: Registry): (tenant: string) => CallObserver {
  const registers = [registry];
  const calls = new Counter({
    name: "trunkline_calls_total",
    help: "Tool calls by how they ended",
    labelNames: ["tool", "outcome", "tenant"],
    registers,
  });
  const seconds = new Histogram({
    name: "trunkline_call_seconds",
    help: "From a tool call to its answer",
    labelNames: ["tool"],
    buckets: CALL_SECONDS,
    registers,
  });
  const approvals = new Counter({
    name: "trunkline_approvals_total",
    help: "What became of approvals",
    labelNames: ["event", "tenant"],
    registers,
  });
  return (tenant) => ({
    call: ({ tool, outcome, ms }) => {
      calls.inc({ tool, outcome, tenant });
      seconds.observe({ tool }, ms / 1000);
    },
    approval: (event) => approvals.inc({ event, tenant }),
  });
}

function observeCarriers(registry: Registry): CarrierObserver {
  const registers = [registry];
  const seconds = new Histogram({
    name: "trunkline_carrier_call_seconds",
    help: "HTTP calls to carriers",
    labelNames: ["carrier", "operation", "outcome"],
    buckets: CALL_SECONDS,
    registers,
  });
  const retries = new Counter({
    name: "trunkline_carrier_retries_total",
    help: "Calls to carriers that were tried again",
    labelNames: ["carrier"],
    registers,
  });
  const waits = new Histogram({
    name: "trunkline_carrier_wait_seconds",
    help: "Waits for a slot in an account's rate",
    labelNames: ["carrier"],
    buckets: WAIT_SECONDS,
    registers,
  });
  return {
    carrierCall: ({ carrier, operation, outcome, ms }) => seconds.observe({ carrier, operation, outcome }, ms / 1000),
    retried: (carrier) => retries.inc({ carrier }),
    waited: (carrier, ms) => waits.observe({ carrier }, ms / 1000),
  };
}

function gaugeLoad(load: () => ServerLoad, addGauge: AddGauge): void {
  addGauge("trunkline_sessions", "Open sessions, which clients of protocol versions up to 2025-11-25 have", () => load().sessions);
  addGauge("trunkline_streams", "Open streams of subscribers", () => load().streams);
  addGauge("trunkline_requests_in_flight", "Requests that are being answered", () => load().inFlight);
}
