import type { TlsReport } from "./certificate.ts";
import type { Candidate } from "./locate.ts";
import type { Incoming, OptionsRequest, SipResponse } from "./message.ts";
import { PeerFault, type ProbeOutcome } from "./outcome.ts";

export interface Timing {
  dnsMs: number;
  connectMs: number;
  tlsMs: number;
  responseMs: number;
  /** No further candidate is begun after this. */
  totalMs: number;
}

export interface SipExchange {
  candidate: Candidate;
  /** Made once the local port is known. */
  request(localPort: number): OptionsRequest;
  /** The name that the certificate must have: the one that was asked for, not the one that DNS made of it. */
  domain: string;
  /** Authorities to trust instead of Node's own. */
  authorities?: string[] | undefined;
  timing: Timing;
  signal?: AbortSignal | undefined;
}

export interface Spent {
  connectMs?: number;
  tlsMs?: number;
  responseMs?: number;
}

/** The facts of a try, filled in as it goes. */
export interface Exchanged {
  result: ProbeOutcome;
  spent: Spent;
  tls?: TlsReport | undefined;
}

/** Takes in what arrives until the final answer; knows whether the peer at least began to answer. */
export class Listener {
  provisional: number | undefined;
  readonly answer: Promise<SipResponse>;
  #resolve: (response: SipResponse) => void = () => {};
  fail: (reason: Error) => void = () => {};

  constructor() {
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.fail = reject;
    });
    // It may fail before anybody waits for it.
    this.answer.catch(() => {});
  }

  take(incoming: Incoming): void {
    if (incoming.kind === "final") this.#resolve(incoming.response);
    else if (incoming.kind === "provisional") this.provisional = incoming.status;
    else if (incoming.kind === "not_sip") this.fail(new PeerFault("not_sip"));
  }
}

export function silent(connected: boolean, { provisional }: Listener): ProbeOutcome {
  return { outcome: "silent", connected, provisional };
}

export function since(started: number): number {
  return Math.round((performance.now() - started) * 10) / 10;
}
