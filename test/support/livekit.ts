import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Emulator } from "../../src/core/carrier/emulator.ts";
import { livekitEmulator } from "../../src/providers/livekit/emulator.ts";
import { livekit } from "../../src/providers/livekit/index.ts";
import { SANDBOX_KEY, SANDBOX_SECRET } from "../../src/providers/livekit/sandbox-key.ts";
import { mintToken } from "../../src/providers/livekit/token.ts";
import { needsFiles } from "./needs.ts";
import { agreeing, type Options, startTrunkline } from "./trunkline.ts";

const folder = resolve(import.meta.dirname, "../../../shared/fixtures/livekit");

/** Recorded exchanges of LiveKit's own SDK, its messages and its errors, which are not part of this repository. */
export const livekitDocuments = {
  exchanges: resolve(folder, "sdk-exchanges.json"),
  fields: resolve(folder, "sip-fields.json"),
  errors: resolve(folder, "errors.json"),
};

/** Options of a test that reads them. */
export const needsDocuments = needsFiles(Object.values(livekitDocuments));

export function readDocument<Document>(file: string): Document {
  return JSON.parse(readFileSync(file, "utf8")) as Document;
}

export const PASSWORD = "Carrier1Knows2This3Secret";

/** Trunkline with LiveKit alone, and a person who agrees. */
export function startLiveKit(options: Options = {}) {
  return startTrunkline({ providers: [livekit], person: agreeing, environment: { TRUNKLINE_SECRET_SIP: PASSWORD }, ...options });
}

export interface Answered {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what a carrier answers, whatever it is.
  body: any;
  text?: string;
}

/** The emulator past HTTP, with a token that opens it, or another one. */
export function askingEmulator(dialect = "oss", emulator: Emulator = livekitEmulator.create({ dialect })) {
  return (
    method: string,
    body: object | string,
    { verb = "POST", authorization }: { verb?: string; authorization?: string } = {},
  ): Answered => {
    const headers = { authorization: authorization ?? `Bearer ${mintToken(SANDBOX_KEY, SANDBOX_SECRET)}` };
    const segments = ["twirp", "livekit.SIP", method];
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return emulator.handle({ method: verb, segments, query: new URLSearchParams(), headers, body: text }) as Answered;
  };
}
