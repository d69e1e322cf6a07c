import type * as z from "zod";
import { path, type Wire, type WireAnswer } from "../../core/carrier/wire.ts";
import { type About, toTrunkError } from "./errors.ts";
import { envelopeSchema, type TrunkRecord, trunkRecordSchema } from "./json.ts";
import type { VyomMemory } from "./memory.ts";

/** One API key's way to Vyom. */
export interface VyomApi {
  wire: Wire;
  host: string;
  memory: VyomMemory;
  /** Names the account without telling its key. */
  account: string;
}

/** The data of an answer, or its refusal. */
export function dataOf<Schema extends z.ZodType>(answer: WireAnswer, schema: Schema, about: About): z.infer<Schema> {
  if (answer.status >= 400) throw toTrunkError(answer, about) ?? new Error("a refusal in an unknown shape");
  return schema.parse(envelopeSchema.parse(answer.json).data);
}

/** Every active trunk that this key's user created. There is no paging, and no call for a single trunk. */
export function listRecords(api: VyomApi, signal?: AbortSignal): Promise<TrunkRecord[]> {
  return api.wire.send({
    effect: "read",
    method: "GET",
    operation: "list trunks",
    path: path`/sip/list`,
    parse: (answer) => dataOf(answer, trunkRecordSchema.array(), { host: api.host }),
    signal,
  });
}
