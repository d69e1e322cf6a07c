import twilio from "twilio";
import type { EmulatorFactory } from "../../src/core/carrier/emulator.ts";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { twilioSandboxAccount } from "../../src/providers/twilio/emulator/account.ts";
import { twilioEmulator } from "../../src/providers/twilio/emulator.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";

/** A request as it reached the emulator, and the answer that the SDK was given. */
export interface Exchange {
  method: string;
  /** `trunking`, `api` or `voice`. */
  host: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  form: URLSearchParams;
  status: number;
  answer: unknown;
}

type Request = Parameters<InstanceType<typeof twilio.RequestClient>["request"]>[0];

/** The carrier's own SDK, whose hosts are the emulator's. */
export async function startTwilioSdk(dialect: string, { username = twilioSandboxAccount.key as string } = {}) {
  const sandbox = await startSandbox([emulated("twilio", twilioEmulator)], { dialect });
  const exchanges: Exchange[] = [];
  const { request } = rewriting(sandbox);
  const httpClient = {
    async request(options: Request) {
      const response = await request(options);
      exchanges.push(exchangeOf(sandbox, response));
      return response;
    },
  };
  const options = { accountSid: twilioSandboxAccount.sid, httpClient: httpClient as never, env: {} };
  const sdk = twilio(username, twilioSandboxAccount.secret, options);
  return { sdk, sandbox, exchanges, close: () => sandbox.close() };
}

function emulated(id: string, factory: EmulatorFactory): AnyProvider {
  return { id, sandbox: async () => factory } as unknown as AnyProvider;
}

/** Its own HTTP, with another host: it has no option for one. */
function rewriting(sandbox: Sandbox) {
  const client = new twilio.RequestClient();
  return {
    request: (options: Request) => {
      const { hostname, pathname, search } = new URL(options.uri);
      return client.request({ ...options, uri: `${sandbox.urlOf("twilio")}/${hostname.split(".")[0]}${pathname}${search}` });
    },
  };
}

function exchangeOf({ seen }: Sandbox, { statusCode, body }: { statusCode: number; body: unknown }): Exchange {
  const request = seen.at(-1);
  if (!request) throw new Error("The SDK's request did not reach the emulator.");
  return { ...requestOf(request), status: statusCode, answer: typeof body === "string" && body !== "" ? JSON.parse(body) : body };
}

/** A request as the sandbox saw it, in the carrier's terms. */
export function requestOf(request: Sandbox["seen"][number]): Omit<Exchange, "status" | "answer"> {
  const url = new URL(request.path, "http://sandbox");
  const [, , host = "", ...rest] = url.pathname.split("/");
  return {
    method: request.method,
    host,
    path: `/${rest.join("/")}`,
    query: url.searchParams,
    headers: request.headers,
    form: new URLSearchParams(request.body),
  };
}
