import { randomUUID } from "node:crypto";
import * as z from "zod";
import { digest } from "../../core/canonical.ts";
import { isFromThisWrite } from "../../core/carrier/operation.ts";
import type { Sent, WriteMoment } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import type { TelnyxApi } from "./api.ts";

interface Row {
  id: string;
  tags?: readonly string[] | null | undefined;
  created_at?: string | null | undefined;
}

/**
 * Names are not unique at Telnyx, and it has no idempotency key for these calls: what is created gets a tag of its own, by which
 * it is found after a lost answer. The tag is remembered before anything is sent.
 */
export function tagged(api: TelnyxApi, kind: string) {
  const keyOf = (input: object) => `${kind}:${digest(withoutPassword(input))}`;

  /** `rows`: those of the same name. */
  function ownOf<One extends Row>(rows: readonly One[], tag: string, moment: WriteMoment | undefined): One | undefined {
    const own = rows.find((row) => row.tags?.includes(tag));
    if (own) return own;
    // A list that tells no tags leaves the moment of creation.
    const fresh = rows.filter((row) => row.tags == null && isFromThisWrite(row.created_at ?? undefined, moment));
    if (fresh.length <= 1) return fresh[0];
    throw new TrunkError(
      "outcome_unknown",
      `${fresh.length} ${kind}s of this name were made at that moment, and one of them may be this.`,
      {
        candidates: fresh.map(({ id }) => id),
      },
    );
  }

  return {
    ownOf,

    /** The tag of an earlier, equal call; undefined where none was begun. */
    async earlier(input: object): Promise<string | undefined> {
      const tag = z
        .string()
        .optional()
        .parse(await api.memory.recall(keyOf(input)));
      await api.memory.forget(keyOf(input));
      return tag;
    },

    async send<T>(input: object, make: (tag: string) => Promise<Sent<T>>): Promise<Sent<T>> {
      const tag = `trunkline-${randomUUID()}`;
      await api.memory.remember(keyOf(input), tag);
      const sent = await make(tag).catch(async (error: unknown) => {
        if (!(error instanceof TrunkError) || error.applied !== false) throw naming(tag, error);
        await api.memory.forget(keyOf(input));
        throw error;
      });
      await api.memory.forget(keyOf(input));
      return sent;
    },
  };
}

/** Absent when an earlier write is looked for. */
function withoutPassword(input: object): object {
  const { password: _, ...rest } = input as { password?: unknown };
  return rest;
}

/** An error that leaves a create in doubt, with what tells its record from others of its name. */
function naming(tag: string, error: unknown): unknown {
  return error instanceof TrunkError ? error.with({ hint: `What this call made has the tag ${quoteText(tag)} at Telnyx.` }) : error;
}
