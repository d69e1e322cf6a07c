import { mkdtempSync, rmSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../src/core/clock.ts";
import type { Consequence } from "../../src/core/consequence.ts";
import { type Log, silentLog } from "../../src/core/log.ts";
import type { Approvals } from "../../src/core/store/approvals.ts";
import type { Pin, SecretStore } from "../../src/core/store/store.ts";
import type { PageTiming } from "../../src/pages/page-server.ts";
import { type ApprovalPage, createApprovalPage } from "../../src/pages/pages.ts";
import type { PagePorts } from "../../src/pages/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { deletionOf } from "./consequence.ts";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Pages {
  page: ApprovalPage;
  /** Of the page: another process has the same. */
  ports: PagePorts;
  approvals: Approvals;
  pin: Pin;
  secrets: SecretStore;
  clock: Clock;
  /** Moves the clock that the pages see. */
  pass(ms: number): void;
  ask(consequence?: Partial<Consequence>): Promise<string>;
  close(): Promise<void>;
}

export const deletion: Consequence = {
  ...deletionOf("outbound_trunk", ["Number +918044319240 is taken off: its calls no longer go over the trunk (mode pstn)."]),
  remarks: ["Outbound calls stop at once.", "This cannot be undone."],
};

export async function startPages(options: { log?: Log; timing?: Partial<PageTiming> } = {}): Promise<Pages> {
  let ahead = 0;
  const clock: Clock = { now: () => Date.now() + ahead, sleep: async () => {} };
  const { log = silentLog, timing = {} } = options;
  const folder = mkdtempSync(join(tmpdir(), "trunkline-pages-"));
  const store = await openStore({ location: { file: join(folder, "state", "trunkline.db") }, tenant: "local", clock });
  const { approvals, pin, secrets, memory } = store;
  const ports: PagePorts = { approvals, pin, secrets, memory, clock, log, timing, onThisMachine: true };
  const page = createApprovalPage(ports);
  return {
    ports,
    page,
    approvals,
    pin,
    secrets,
    clock,
    pass: (ms) => {
      ahead += ms;
    },
    ask: (consequence) =>
      approvals.ask(
        { principal: "local", tool: "exotel_delete_trunk", arguments: "a", fingerprint: "f" },
        { ...deletion, ...consequence },
        false,
      ),
    close: async () => {
      await page.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** One request with exactly these headers: `fetch` would not send them as an attacker's program does. */
export function send(url: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: init.method ?? "GET", headers: init.headers ?? {}, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString("utf8") }),
      );
    });
    sent.on("error", reject).end(init.body);
  });
}

/** A page's token and cookie, as a browser brings them back. */
export interface Opened {
  url: string;
  token: string;
  cookie: string;
}

export async function open(url: string): Promise<Opened> {
  const { headers, body } = await send(url);
  return { url, token: /name="token" value="([\w-]+)"/.exec(body)?.[1] ?? "", cookie: headers["set-cookie"]?.[0]?.split(";")[0] ?? "" };
}

/** Sends the form as a browser does, but for what `change` changes; an undefined header is left out. */
export function press(
  { url, token, cookie }: Opened,
  fields: Record<string, string>,
  change: { headers?: Record<string, string | undefined>; fields?: Record<string, string> } = {},
): Promise<Answer> {
  const headers: Record<string, string | undefined> = {
    "content-type": "application/x-www-form-urlencoded",
    cookie,
    origin: "null",
    "sec-fetch-site": "same-origin",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
    ...change.headers,
  };
  const kept = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return send(url, {
    method: "POST",
    headers: Object.fromEntries(kept),
    body: new URLSearchParams({ token, ...fields, ...change.fields }).toString(),
  });
}
