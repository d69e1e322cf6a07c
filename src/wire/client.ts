import type { CarrierObserver } from "../core/carrier/observer.ts";
import type { Base, CallTerms, ReadRequest, Sent, Wire, WireAnswer, WireOptions, WriteMoment, WriteRequest } from "../core/carrier/wire.ts";
import type { Clock } from "../core/clock.ts";
import { TrunkError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { type EncodedBody, encodeBody } from "./body.ts";
import { type Doubt, doubtOf } from "./doubt.ts";
import type { Exchange, ExchangeResult } from "./exchange.ts";
import type { Limiter } from "./limit.ts";
import { type AttemptResult, decide, defaultRetryPolicy, pause, RetryBudget, type RetryPolicy, retryAfterMs } from "./retry.ts";
import { traceHeaders } from "./trace-headers.ts";
import { withoutCredentials } from "./without-credentials.ts";

export interface WireTools {
  exchange: Exchange;
  limiter: Limiter;
  clock: Clock;
  log: Log;
  observer?: CarrierObserver | undefined;
  policy?: RetryPolicy;
  /** When to look whether a doubtful write took effect: at once, and again for a carrier that was still working on it. */
  settleAfterMs?: readonly number[];
}

/** A shorter time was no wait for the rate but the asking, of a database perhaps. */
const WAIT_MS = 20;

const SETTLE_AFTER_MS = [0, 2_000] as const;

/** `sentAt`: when the last attempt began, the only one that the carrier can have acted on. */
interface LastAttempt {
  result: ExchangeResult;
  sentAt: number;
  doubtful: boolean;
}

export function createWire(options: WireOptions, tools: WireTools): Wire {
  return new HttpWire(options, tools, new Account(), {});
}

type AnyRequest<T> = ReadRequest<T> | WriteRequest<T>;

/** Knowledge about one account, the same under all terms. */
class Account {
  readonly budget = new RetryBudget();
  /** The carrier's clock minus ours, from its Date headers. */
  clockOffsetMs = 0;
}

class HttpWire implements Wire {
  readonly #options: WireOptions;
  readonly #tools: WireTools;
  readonly #account: Account;
  readonly #terms: CallTerms;
  readonly #reads = new Map<string, Promise<LastAttempt>>();

  constructor(options: WireOptions, tools: WireTools, account: Account, terms: CallTerms) {
    this.#options = options;
    this.#tools = tools;
    this.#account = account;
    this.#terms = terms;
  }

  under(terms: CallTerms): Wire {
    return new HttpWire(this.#options, this.#tools, this.#account, { ...this.#terms, ...terms });
  }

  send<T>(request: ReadRequest<T>): Promise<T>;
  send<T>(request: WriteRequest<T>): Promise<Sent<T>>;
  send<T>(request: AnyRequest<T>): Promise<T | Sent<T>> {
    return request.effect === "read" ? this.#read(request) : this.#write(request);
  }

  async #read<T>(request: ReadRequest<T>): Promise<T> {
    const { result } = await this.#readAnswer(request);
    if (result.kind !== "answered") throw this.#unanswered(request, result);
    const { answer } = result;
    this.#refuseIfBusy(request, answer);
    if (isRedirect(answer))
      throw this.#failed(request, { reason: "it answered with a redirect, which is not followed", status: answer.status });
    const value = understand(() => request.parse(answer));
    if (value.understood) return value.value;
    throw this.#failed(request, doubtOf(answer, this.#carrierNow()));
  }

  #readAnswer<T>(request: ReadRequest<T>): Promise<LastAttempt> {
    const body = this.#encode(request);
    if (!this.#terms.readOnce) return this.#attempts(request, body);
    const question = `${this.#url(request)} ${body?.text ?? ""}`;
    const known = this.#reads.get(question);
    if (known) return known;
    const read = this.#attempts(request, body);
    this.#reads.set(question, read);
    // A read that told nothing is not remembered: the next one may.
    const forget = () => this.#reads.delete(question);
    read.then(({ result }) => (result.kind === "answered" && result.answer.status < 300) || forget(), forget);
    return read;
  }

  async #write<T>(request: WriteRequest<T>): Promise<Sent<T>> {
    const { result, sentAt, doubtful } = await this.#attempts(request, this.#encode(request)).catch((error: unknown) => {
      // A write heeds its signal only between attempts: none of those that were made can have been done.
      throw request.signal?.aborted ? this.#cancelled(request) : error;
    });
    if (result.kind === "not_sent") throw this.#unanswered(request, result);
    if (result.kind === "lost") return await this.#settle(request, sentAt, { reason: result.reason });
    const { answer } = result;
    if (doubtful) return await this.#settle(request, sentAt, doubtOf(answer, this.#carrierNow()), answer);
    this.#refuseIfBusy(request, answer);
    const value = understand(() => request.parse(answer));
    if (value.understood) return { value: value.value, settled: false };
    return await this.#settle(request, sentAt, doubtOf(answer, this.#carrierNow()));
  }

  #encode<T>({ body }: AnyRequest<T>): EncodedBody | undefined {
    return encodeBody(body, this.#options.encoding ?? "json");
  }

  async #attempts<T>(request: AnyRequest<T>, body: EncodedBody | undefined): Promise<LastAttempt> {
    const { clock, limiter, observer, policy = defaultRetryPolicy } = this.#tools;
    this.#account.budget.earn();
    for (let count = 1; ; count++) {
      const asked = clock.now();
      const slot = await limiter.acquire(this.#options.account, this.#options.limit, request.signal, this.#terms.maxWaitMs);
      const waitedMs = clock.now() - asked;
      if (waitedMs >= WAIT_MS) observer?.waited(this.#options.title, waitedMs);
      const { result, sentAt } = await this.#send(request, body).finally(() => void slot.leave());
      const decision = decide(request.effect, this.#toAttempt(result), count, policy);
      if (decision.next !== "retry" || !this.#account.budget.spend()) return { result, sentAt, doubtful: decision.next === "settle" };
      observer?.retried(this.#options.title);
      this.#tools.log.info({ operation: request.operation, attempt: count, after_ms: decision.afterMs }, "carrier call is tried again");
      await pause(clock, decision.afterMs, request.signal);
    }
  }

  async #send<T>(request: AnyRequest<T>, body: EncodedBody | undefined): Promise<{ result: ExchangeResult; sentAt: number }> {
    request.signal?.throwIfAborted();
    const sentAt = this.#tools.clock.now();
    return { result: await this.#attempt(request, body), sentAt };
  }

  async #attempt<T>(request: AnyRequest<T>, body: EncodedBody | undefined): Promise<ExchangeResult> {
    const started = this.#tools.clock.now();
    const own = this.#options.headers();
    const result = await this.#tools.exchange({
      url: this.#url(request),
      method: request.method,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": body.type }),
        ...traceHeaders(),
        ...own,
      },
      body: body?.text,
      // A write that may have left is followed to its end: giving up on it would only lose the answer.
      signal: request.effect === "read" ? request.signal : undefined,
      mayLeave: request.effect === "write" ? this.#terms.mayLeave : undefined,
    });
    const clockMs = result.kind === "answered" ? this.#learnClock(result.answer, started) : undefined;
    const outcome = result.kind === "answered" ? result.answer.status : result.reason;
    const ms = this.#tools.clock.now() - started;
    this.#tools.log.debug({ operation: request.operation, outcome, ms }, "carrier call");
    const { operation } = request;
    this.#tools.observer?.carrierCall({ carrier: this.#options.title, operation, outcome: outcomeOf(result), ms, clockMs });
    return result.kind === "answered" ? { ...result, answer: withoutCredentials(result.answer, own) } : result;
  }

  /** The Date was written, in whole seconds, somewhere between sending and now: what is known already is kept within that. */
  #learnClock(answer: WireAnswer, started: number): number | undefined {
    const date = Date.parse(answer.headers["date"] ?? "");
    if (Number.isNaN(date)) return undefined;
    const [least, most] = [date - this.#tools.clock.now(), date + 999 - started];
    this.#account.clockOffsetMs = Math.min(Math.max(this.#account.clockOffsetMs, least), most);
    return this.#account.clockOffsetMs;
  }

  #carrierNow(): number {
    return this.#tools.clock.now() + this.#account.clockOffsetMs;
  }

  #toAttempt(result: ExchangeResult): AttemptResult {
    if (result.kind !== "answered") return result;
    const { status, headers } = result.answer;
    return { kind: "answered", status, retryAfterMs: this.#waitOf(headers) };
  }

  #waitOf(headers: WireAnswer["headers"]): number | undefined {
    const { resetHeader = "" } = this.#options;
    return retryAfterMs(headers["retry-after"] ?? headers[resetHeader], this.#carrierNow());
  }

  #url<T>(request: AnyRequest<T>): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(request.query ?? {})) if (value !== undefined) query.set(name, String(value));
    const search = query.size > 0 ? `?${query}` : "";
    return `${this.#base(request).baseUrl}${request.path}${search}`;
  }

  #base<T>({ base }: AnyRequest<T>): Base {
    if (base === undefined) return this.#options;
    const other = this.#options.otherBases?.[base];
    if (!other) throw new Error(`${this.#options.title} has no base ${base}`);
    return other;
  }

  moment(at: number): WriteMoment {
    const offset = () => this.#account.clockOffsetMs;
    return {
      // Asked for after reading back, which may be the first answer that tells the carrier's time.
      get since() {
        return at + offset();
      },
    };
  }

  /** A write that may have been received: only the carrier's own state tells. */
  async #settle<T>(request: WriteRequest<T>, sentAt: number, doubt: Doubt, answer?: WireAnswer): Promise<Sent<T>> {
    const { clock, log, settleAfterMs = SETTLE_AFTER_MS } = this.#tools;
    const moment = this.moment(sentAt);
    log.warn(
      { operation: request.operation, reason: doubt.reason },
      "the answer got lost: Trunkline looks whether the call took effect, and sends nothing twice",
    );
    for (const afterMs of settleAfterMs) {
      await pause(clock, afterMs);
      const found = await request.settle(moment).catch((error: unknown) => Promise.reject(this.#unknown(request, doubt, error)));
      if (found === undefined) continue;
      log.warn({ operation: request.operation }, "the call whose answer got lost did take effect");
      return { value: found, settled: true };
    }
    // Some carriers refuse with the status of a failure: now that nothing happened, the words are what they say.
    if (answer) understand(() => request.parse(answer));
    throw this.#failed(request, doubt);
  }

  #refuseIfBusy<T>(request: AnyRequest<T>, answer: WireAnswer): void {
    if (answer.status !== 429) return;
    const waitMs = this.#waitOf(answer.headers);
    const message = `${this.#options.title} refused to ${request.operation}: too many calls for this account. Nothing was changed.`;
    throw new TrunkError("rate_limited", message, {
      status: 429,
      retry_after_seconds: Math.ceil((waitMs ?? this.#options.limit.perMs) / 1000),
      applied: false,
    });
  }

  #unanswered<T>(request: AnyRequest<T>, result: Exclude<ExchangeResult, { kind: "answered" }>): TrunkError {
    const hint = `Check the network and ${this.#base(request).baseUrlSetting}, then try again.`;
    const what = result.kind === "not_sent" ? "was not reached" : "did not answer the request";
    const message = `${this.#options.title} ${what} to ${request.operation}: ${result.reason}.`;
    return new TrunkError("provider_failed", message, { hint, applied: false });
  }

  #cancelled<T>(request: WriteRequest<T>): TrunkError {
    const message = `${this.#options.title} was not asked to ${request.operation}: the call was cancelled before it was sent.`;
    return new TrunkError("provider_failed", message, { applied: false });
  }

  #failed<T>(request: AnyRequest<T>, doubt: Doubt): TrunkError {
    const after = request.effect === "write" ? " Reading back shows that it did not take effect." : "";
    const message = `${this.#options.title} failed to ${request.operation}: ${doubt.reason}.${after}`;
    return new TrunkError("provider_failed", message, { status: doubt.status, ...doubt.retry, applied: false });
  }

  #unknown<T>(request: WriteRequest<T>, doubt: Doubt, error: unknown): TrunkError {
    if (error instanceof TrunkError && error.code === "conflict") return error;
    const what = `Whether ${this.#options.title} did ${request.operation} is not known: ${doubt.reason}`;
    // It could be read, and does not tell: what it showed helps whoever looks.
    if (error instanceof TrunkError && error.code === "outcome_unknown")
      return new TrunkError("outcome_unknown", `${what}. ${error.message}`, { ...error.details, status: doubt.status });
    return new TrunkError("outcome_unknown", `${what}, and reading back failed too.`, { status: doubt.status });
  }
}

/** One of few: a status is the carrier's to choose. */
function outcomeOf(result: ExchangeResult): string {
  if (result.kind !== "answered") return result.kind;
  const { status } = result.answer;
  return status === 429 ? "429" : `${Math.floor(status / 100)}xx`;
}

function isRedirect({ status }: WireAnswer): boolean {
  return status >= 300 && status < 400;
}

/** A refusal is passed on; any other failure to read an answer means that it was not understood. */
function understand<T>(parse: () => T): { understood: true; value: T } | { understood: false } {
  try {
    return { understood: true, value: parse() };
  } catch (error) {
    if (error instanceof TrunkError) throw error;
    return { understood: false };
  }
}
