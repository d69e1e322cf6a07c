import { TrunkError } from "../errors.ts";
import type { Path, Sent, Wire, WireAnswer, WriteMoment, WriteRequest } from "./wire.ts";

/**
 * One write of a carrier, with the way to find out whether an earlier, equal one took effect. Clients declare
 * these; tools and plans run them.
 */
export interface WriteOperation<Input, Output> {
  send(input: Input, signal?: AbortSignal): Promise<Sent<Output>>;
  /** Writes with the same key are made one after the other, in whichever process: reading back could not tell them apart. */
  turn?(input: Input): string;
  /** The carrier documents the operation thinly: its answer does not prove the effect. */
  thin?: boolean;
  /** Reads the natural key back. `moment` is absent when any age will do: the caller knows that the write was its own. */
  settle(input: Input, moment?: WriteMoment): Promise<Output | undefined>;
  /** Drops what was noted to settle it by: its outcome is journaled now. */
  forget?(input: Input): Promise<void>;
}

interface WriteSpec<Input, Output> extends Pick<WriteOperation<Input, Output>, "thin"> {
  operation: string;
  method: WriteRequest<Output>["method"];
  base?: string;
  path(input: Input): Path;
  query?(input: Input): Record<string, string | number | undefined>;
  body?(input: Input): unknown;
  parse(answer: WireAnswer, input: Input): Output;
  settle(input: Input, moment?: WriteMoment): Promise<Output | undefined>;
  /** Looks, after a conflict, for what is in the way. */
  inTheWay?(input: Input): Promise<string | undefined>;
}

/** A write that is one request. */
export function writeOperation<Input, Output>(wire: Wire, spec: WriteSpec<Input, Output>): WriteOperation<Input, Output> {
  return {
    ...(spec.thin ? { thin: true } : {}),
    settle: spec.settle,
    send: async (input, signal) => {
      const sent = wire.send({
        effect: "write",
        operation: spec.operation,
        method: spec.method,
        base: spec.base,
        path: spec.path(input),
        query: spec.query?.(input) ?? {},
        body: spec.body?.(input),
        parse: (answer) => spec.parse(answer, input),
        settle: (moment) => spec.settle(input, moment),
        signal,
      });
      return await sent.catch(async (error: unknown) => {
        if (!(error instanceof TrunkError) || error.code !== "conflict") throw error;
        // The refusal stands, whether the carrier tells its reason or not.
        const hint = await spec.inTheWay?.(input).catch(() => undefined);
        throw hint === undefined ? error : error.with({ hint });
      });
    },
  };
}

/** Carriers stamp records in whole seconds, after the request reached them. */
const STAMP_TOLERANCE_MS = 5_000;

/** Whether a record found by reading back can be ours: a record older than our write was there before us. */
export function isFromThisWrite(createdAt: string | undefined, moment: WriteMoment | undefined): boolean {
  if (!moment || createdAt === undefined) return true;
  const created = Date.parse(createdAt);
  return Number.isNaN(created) || created >= moment.since - STAMP_TOLERANCE_MS;
}

/** For reading back a removal: a trunk that the carrier does not know any more has no rows left either. */
export async function absentIfNotFound<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof TrunkError && error.code === "not_found") return undefined;
    throw error;
  }
}
