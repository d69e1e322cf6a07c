import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { isFromThisWrite } from "../../src/core/carrier/operation.ts";
import { path, type ReadRequest, type Wire, type WireAnswer, type WriteMoment, type WriteRequest } from "../../src/core/carrier/wire.ts";
import type { Clock } from "../../src/core/clock.ts";
import { TrunkError } from "../../src/core/errors.ts";
import { silentLog } from "../../src/core/log.ts";
import { createOpenWire, type WireSetup } from "../../src/wire/open.ts";
import { patient } from "../support/patience.ts";

export interface Stored {
  name: string;
  created_at: string;
}

/** One turn of the carrier. `perform` does what was asked and returns what it would have answered. */
export type Act = (turn: { request: IncomingMessage; response: ServerResponse; perform(): unknown }) => void;

export interface Carrier {
  url: string;
  records: Stored[];
  /** Every complete request, in order. */
  requests: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[];
  /** The fault that the next requests of a method meet; then it behaves again. */
  script(method: string, ...acts: Act[]): void;
  count(method: string): number;
}

const open: (() => Promise<unknown>)[] = [];

/** To be called after each test, or after all of them where they run at once. */
export async function closeCarriers(): Promise<void> {
  await Promise.all(open.splice(0).map((close) => close()));
}

export interface CarrierOptions {
  /** The carrier's clock; null: its answers have no Date. */
  now?: () => number;
  dated?: boolean;
  tls?: { key: string; cert: string };
}

/** A carrier that knows named records: POST adds one, GET lists them. Plain node:http, nothing of ours. */
export async function startCarrier({ now = Date.now, dated = true, tls }: CarrierOptions = {}): Promise<Carrier> {
  const records: Stored[] = [];
  const requests: Carrier["requests"] = [];
  const scripts = new Map<string, Act[]>();
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await textOf(request);
    const method = request.method ?? "";
    requests.push({ method, url: request.url ?? "", headers: request.headers, body });
    response.sendDate = false;
    if (dated) response.setHeader("date", new Date(now()).toUTCString());
    const act = scripts.get(method)?.shift() ?? behave;
    act({ request, response, perform: () => perform(method, body, records, now()) });
  };
  const server: Server = tls ? createTlsServer(tls, serve) : createServer(serve);
  // The client ends an idle connection first, however busy this machine is.
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    records,
    requests,
    script: (method, ...acts) => scripts.set(method, acts),
    count: (method) => requests.filter((request) => request.method === method).length,
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function perform(method: string, body: string, records: Stored[], now: number): unknown {
  if (method === "GET") return { records };
  const { name } = JSON.parse(body) as { name: string };
  // Whole seconds, as carriers stamp.
  const record = { name, created_at: new Date(now).toISOString().replace(/\.\d{3}Z$/, "Z") };
  records.push(record);
  return record;
}

const JSON_TYPE = { "content-type": "application/json" };

export const behave: Act = ({ response, perform: done }) => response.writeHead(200, JSON_TYPE).end(JSON.stringify(done()));
export const status = (code: number, headers: Record<string, string> = {}): Act => json(code, { error: "scripted" }, headers);
export const json =
  (code: number, body: unknown, headers: Record<string, string> = {}): Act =>
  ({ response }) =>
    response.writeHead(code, { ...JSON_TYPE, ...headers }).end(JSON.stringify(body));
export const html =
  (code: number): Act =>
  ({ response }) =>
    response.writeHead(code, { "content-type": "text/html" }).end("<h1>Bad Gateway</h1>");
/** The answer that the carrier would give, under a status that contradicts it. */
export const redirect =
  (code: number): Act =>
  ({ response, perform: done }) =>
    response.writeHead(code, { ...JSON_TYPE, location: "/elsewhere" }).end(JSON.stringify(done()));
export const reset: Act = ({ request }) => void request.socket.resetAndDestroy();
export const stall: Act = () => {};
export const stallInBody: Act = ({ response }) => {
  response.writeHead(200, { ...JSON_TYPE, "content-length": 100 }).write('{"records":');
};
export const truncate: Act = ({ request, response, perform: done }) => {
  const text = JSON.stringify(done());
  response.writeHead(200, { ...JSON_TYPE, "content-length": text.length + 10 });
  response.write(text, () => request.socket.destroy());
};
/** As a proxy cuts: the message is complete for HTTP, its JSON is not. */
export const cutJson: Act = ({ response, perform: done }) => response.writeHead(200, JSON_TYPE).end(JSON.stringify(done()).slice(0, -3));
export const tooLarge: Act = ({ response, perform: done }) => {
  done();
  response.writeHead(200, JSON_TYPE).end(JSON.stringify({ name: "x".repeat(6 * 1024 * 1024) }));
};
/** Does the write and drops the answer. */
export const lost: Act = (turn) => {
  turn.perform();
  reset(turn);
};
export const afterDoing =
  (act: Act): Act =>
  (turn) => {
    turn.perform();
    act(turn);
  };
export const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

/** A clock that shows the time and skips waiting, remembering how long it would have been. */
export function skippingClock(now: () => number = Date.now): Clock & { slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
    },
  };
}

export const account = {
  account: "test:1",
  title: "Carrier",
  baseUrlSetting: "CARRIER_BASE_URL",
  limit: { calls: 1_000, perMs: 60_000 },
  headers: () => ({ authorization: "Basic c2VjcmV0" }),
};

export function openTo(url: string, setup: Partial<WireSetup> = {}): Wire {
  const openWire = createOpenWire({
    clock: skippingClock(),
    log: silentLog,
    ...setup,
    timing: { ...patient, ...setup.timing },
  });
  return openWire({ ...account, baseUrl: url });
}

export function readAll(signal?: AbortSignal): ReadRequest<Stored[]> {
  return { effect: "read", method: "GET", operation: "list records", path: path`/records`, parse: parseList, signal };
}

/** A create that is settled by name, as carriers' clients declare theirs. */
export function create(wire: Wire, name: string, signal?: AbortSignal): WriteRequest<Stored> {
  return {
    effect: "write",
    method: "POST",
    operation: "create a record",
    path: path`/records`,
    body: { name },
    parse: parseRecord,
    settle: async (moment: WriteMoment) => {
      const found = (await wire.send(readAll())).find((record) => record.name === name);
      return found && isFromThisWrite(found.created_at, moment) ? found : undefined;
    },
    signal,
  };
}

function parseList(answer: WireAnswer): Stored[] {
  if (answer.status >= 400) refuse(answer);
  return (answer.json as { records: Stored[] }).records.map((record) => ({ ...record }));
}

function parseRecord(answer: WireAnswer): Stored {
  if (answer.status >= 400) refuse(answer);
  const { name, created_at } = answer.json as Stored;
  if (typeof name !== "string" || typeof created_at !== "string") throw new Error("not a record");
  return { name, created_at };
}

function refuse({ status: code }: WireAnswer): never {
  if (code === 400) throw new TrunkError("invalid_input", "The carrier refused a value.", { applied: false });
  if (code === 409) throw new TrunkError("conflict", "The carrier has it already.", { applied: false });
  throw new Error("a failure of no known shape");
}

/** A promise's rejection, in the fields that a caller decides by. */
export async function refusalOf(promise: Promise<unknown>): Promise<TrunkError> {
  const error = await promise.then(
    (value) => new Error(`it succeeded: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof TrunkError) return error;
  throw error;
}
