import type * as z from "zod";
import { type Path, path, type Wire, type WireAnswer } from "../../core/carrier/wire.ts";
import type { Memory } from "../../core/store/store.ts";
import { dataOf } from "./errors.ts";

/** One project's way to LiveKit. */
export interface LiveKitApi {
  wire: Wire;
  host: string;
  /** The name of the account, under which its rate and memory are kept. */
  account: string;
  memory: Memory;
  /** The host that takes calls, where the operator told it: no API does. */
  sipHost: string | undefined;
}

/** Methods of the service `livekit.SIP`. All are asked by POST, those that only read too. */
export function methodPath(method: string): Path {
  return path`/twirp/livekit.SIP/${method}`;
}

export function read<Schema extends z.ZodType>(
  api: LiveKitApi,
  { method, operation, body }: { method: string; operation: string; body: object },
  schema: Schema,
  signal?: AbortSignal,
): Promise<z.infer<Schema>> {
  return api.wire.send({
    effect: "read",
    method: "POST",
    operation,
    path: methodPath(method),
    body,
    parse: (answer) => answered(api, answer, schema),
    signal,
  });
}

export function answered<Schema extends z.ZodType>({ host }: LiveKitApi, answer: WireAnswer, schema: Schema): z.infer<Schema> {
  return dataOf(answer, schema, host);
}
