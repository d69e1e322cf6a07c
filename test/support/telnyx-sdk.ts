import Telnyx from "telnyx";
import { TELNYX_SANDBOX_KEY, telnyxEmulator } from "../../src/providers/telnyx/emulator.ts";
import { startSandbox } from "../../src/sandbox/server.ts";
import { toExactJson } from "../../src/wire/exact-json.ts";
import { toyProvider } from "./toy.ts";

/** One request of the carrier's own SDK, and the answer as it was on the wire. */
export interface Exchange {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: unknown;
  status: number;
  text: string;
  answer: unknown;
}

/** Telnyx's own SDK over real HTTP to an emulator of a new account. */
export async function startTelnyxSdk(dialect: string, { key = TELNYX_SANDBOX_KEY, everySecond = true } = {}) {
  let seconds = 0;
  const provider = { ...toyProvider("telnyx", []), sandbox: async () => telnyxEmulator };
  // A second a call, so that no rate is used up.
  const sandbox = await startSandbox([provider], { dialect, now: () => Date.UTC(2026, 10, 28, 9, 0, everySecond ? seconds++ : 0) });
  const exchanges: Exchange[] = [];
  const base = `${sandbox.urlOf("telnyx")}/v2`;
  const sdk = new Telnyx({
    apiKey: key,
    baseURL: base,
    maxRetries: 0,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      const text = await response.clone().text();
      const { pathname, searchParams } = new URL(String(url));
      const { path, headers, body } = sentOf(sandbox.seen.at(-1), pathname);
      const query = Object.fromEntries(searchParams);
      const method = init?.method?.toUpperCase() ?? "GET";
      exchanges.push({ method, path, query, headers, body, status: response.status, text, answer: toExactJson(text) });
      return response;
    },
  });
  return { sdk, exchanges, close: () => sandbox.close() };
}

function sentOf(seen: { headers: Record<string, string | undefined>; body: string } | undefined, pathname: string) {
  const headers = Object.entries(seen?.headers ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return {
    path: pathname.replace(/^\/telnyx\/v2/, ""),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: seen?.body ? JSON.parse(seen.body) : undefined,
  };
}
