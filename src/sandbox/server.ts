import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import type { Emulator, EmulatorAnswer, EmulatorFactory, EmulatorRequest } from "../core/carrier/emulator.ts";
import type { AnyProvider } from "../core/carrier/provider.ts";
import { readBody } from "../core/request-body.ts";
import type { EmulatorStates } from "../core/store/store.ts";
import { remembering } from "./remembering.ts";

/** Scripts a fault for the next requests that match, in our tests and in those of our users. */
const faultSchema = z.strictObject({
  /** `delay` waits and then answers as usual; `lost` performs the request and drops the answer; `stall` never answers. */
  kind: z.enum(["delay", "status", "html", "reset", "truncated", "stall", "lost"]),
  provider: z.string().optional(),
  method: z.string().optional(),
  /** Only requests that change nothing, or only those that do. */
  effect: z.enum(["read", "write"]).optional(),
  /** A part of the path; with `$` after it, its end. */
  path: z.string().optional(),
  status: z.int().min(200).max(599).default(503),
  /** Answered with `status` in place of a refusal, such as a success that has no effect. */
  body: z.unknown().optional(),
  retry_after: z.string().optional(),
  delay_ms: z.int().min(0).max(60_000).default(0),
  times: z.int().min(1).max(10_000).default(1),
  /** Matching requests that pass before the fault begins. */
  after: z.int().min(0).default(0),
});
export type Fault = z.input<typeof faultSchema>;

export interface Sandbox {
  /** The base URL for the settings of one carrier. */
  urlOf(provider: string): string;
  script(fault: Fault): void;
  clearFaults(): void;
  /** Every request that reached an emulator, faulty or not. */
  readonly seen: {
    provider: string;
    method: string;
    effect: "read" | "write";
    path: string;
    headers: EmulatorRequest["headers"];
    body: string;
    /** It met a fault. */
    faulty: boolean;
  }[];
  close(): Promise<void>;
}

interface Served {
  handle(request: EmulatorRequest): Promise<EmulatorAnswer>;
  effectOf(request: Pick<EmulatorRequest, "method" | "segments">): "read" | "write";
}

const MAX_BODY = 1 << 20;
const MAX_SEEN = 10_000;

/** Serves the emulators on loopback HTTP. `POST /_faults` scripts a fault, `DELETE /_faults` forgets all. */
export async function startSandbox(
  providers: readonly AnyProvider[],
  options: {
    port?: number;
    dialect?: string | undefined;
    now?: () => number;
    unref?: boolean;
    /** Where the emulators' accounts are kept; without it they end with this process. */
    states?: EmulatorStates;
  } = {},
): Promise<Sandbox> {
  const emulators = new Map<string, Served>();
  for (const provider of providers) {
    const factory = await provider.sandbox();
    const dialect = options.dialect !== undefined && factory.dialects.includes(options.dialect) ? options.dialect : undefined;
    const emulator = factory.create({ dialect, ...(options.now ? { now: options.now } : {}) });
    emulators.set(provider.id, servedBy(emulator, factory.isRead, options.states && { carrier: provider.id, states: options.states }));
  }
  const faults: z.infer<typeof faultSchema>[] = [];
  const seen: Sandbox["seen"] = [];
  // The client ends an idle connection first: one that ends under a write leaves a doubt about it.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await new Promise<void>((resolve, reject) => server.once("listening", resolve).once("error", reject));
  // Inside a stdio process the emulators must not outlive the conversation.
  if (options.unref) server.unref().on("connection", (socket) => socket.unref());
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (provider) => `http://127.0.0.1:${port}/${provider}`,
    script: (fault) => faults.push(faultSchema.parse(fault)),
    clearFaults: () => faults.splice(0),
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_BODY);
    if (body === undefined) return void response.destroy();
    const url = new URL(request.url ?? "/", "http://sandbox");
    if (url.pathname === "/_faults") return answerFaults(request.method, body, response);
    const [provider = "", ...segments] = url.pathname
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent);
    const emulator = emulators.get(provider);
    if (!emulator) return send(response, { status: 404, body: { error: "no such carrier here" } });
    const headers = request.headers as EmulatorRequest["headers"];
    const method = request.method ?? "GET";
    const effect = emulator.effectOf({ method, segments });
    const fault = takeFault(faults, { provider, method, effect, path: url.pathname });
    seen.push({ provider, method, effect, path: url.pathname + url.search, headers, body, faulty: fault !== undefined });
    if (seen.length > MAX_SEEN) seen.shift();
    const handle = () => emulator.handle({ method, segments, query: url.searchParams, headers, body });
    return fault ? await misbehave(fault, handle, request, response) : send(response, await handle());
  }

  function answerFaults(method: string | undefined, body: string, response: ServerResponse): void {
    if (method === "DELETE") faults.splice(0);
    else if (method === "POST") {
      const fault = readFault(body);
      if (typeof fault === "string") return void send(response, { status: 400, body: { error: fault } });
      faults.push(fault);
    }
    send(response, { status: 200, body: { faults: faults.length } });
  }
}

function servedBy(
  emulator: Emulator,
  isRead: NonNullable<EmulatorFactory["isRead"]> = ({ method }) => method === "GET",
  kept?: { carrier: string; states: EmulatorStates },
): Served {
  return {
    handle: kept ? remembering(emulator, kept.carrier, kept.states, isRead) : async (asked) => emulator.handle(asked),
    effectOf: (asked) => (isRead(asked) ? "read" : "write"),
  };
}

/** The fault, or a sentence that says what is wrong with it. */
function readFault(body: string): z.infer<typeof faultSchema> | string {
  const kinds = `kind is one of ${faultSchema.shape.kind.options.join(", ")}`;
  try {
    const { data, error } = faultSchema.safeParse(JSON.parse(body));
    if (data) return data;
    const field = error?.issues[0]?.path.join(".") ?? "";
    return `${field === "" ? "A field is not known" : `${field} is not as expected`}; ${kinds}. Nothing was scripted.`;
  } catch {
    return `The body is not JSON; ${kinds}. Nothing was scripted.`;
  }
}

function takeFault(
  faults: z.infer<typeof faultSchema>[],
  request: Pick<Sandbox["seen"][number], "provider" | "method" | "effect" | "path">,
) {
  const matches = (fault: z.infer<typeof faultSchema>) =>
    (["provider", "method", "effect"] as const).every((name) => fault[name] === undefined || fault[name] === request[name]) &&
    `${request.path}$`.includes(fault.path ?? "");
  const fault = faults.find(matches);
  if (!fault) return undefined;
  if (fault.after > 0) {
    fault.after -= 1;
    return undefined;
  }
  fault.times -= 1;
  if (fault.times === 0) faults.splice(faults.indexOf(fault), 1);
  return fault;
}

async function misbehave(
  fault: z.infer<typeof faultSchema>,
  handle: () => Promise<EmulatorAnswer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (fault.delay_ms > 0) await delay(fault.delay_ms);
  const retryAfter: Record<string, string> = fault.retry_after === undefined ? {} : { "retry-after": fault.retry_after };
  const acts = {
    delay: async () => send(response, await handle()),
    status: () => send(response, { status: fault.status, headers: retryAfter, body: fault.body ?? { error: "scripted" } }),
    html: () => {
      response
        .writeHead(fault.status, { "content-type": "text/html", ...retryAfter })
        .end("<html><body><h1>Bad Gateway</h1></body></html>");
    },
    reset: () => void request.socket.resetAndDestroy(),
    stall: () => {},
    lost: async () => {
      await handle();
      request.socket.resetAndDestroy();
    },
    truncated: async () => {
      const text = toJsonText((await handle()).body ?? {});
      response.writeHead(200, { "content-type": "application/json", "content-length": text.length + 10 });
      response.write(text.slice(0, Math.ceil(text.length / 2)), () => request.socket.destroy());
    },
  } satisfies Record<Fault["kind"], () => void | Promise<void>>;
  await acts[fault.kind]();
}

function send(response: ServerResponse, answer: EmulatorAnswer): void {
  const text = answer.text ?? (answer.body === undefined ? "" : toJsonText(answer.body));
  response.writeHead(answer.status, { ...(text === "" ? {} : { "content-type": "application/json" }), ...answer.headers }).end(text);
}

/** Nobody outside of this process can guess it, so no text of a request is taken for a number. */
const NUMBER = randomUUID();
const markedNumber = new RegExp(`"${NUMBER}(-?\\d+)"`, "g");

function toJsonText(body: unknown): string {
  const marked = JSON.stringify(body, (_, value: unknown) => (typeof value === "bigint" ? `${NUMBER}${value}` : value));
  return marked.replace(markedNumber, "$1");
}
