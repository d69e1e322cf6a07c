import { randomUUID } from "node:crypto";
import * as z from "zod";
import { digest } from "../../core/canonical.ts";
import { attemptNotes } from "../../core/carrier/attempt-notes.ts";
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
 * it is found after a lost answer.
 */
export function tagged(api: TelnyxApi, kind: string) {
  const notes = attemptNotes(api.memory, z.string(), (input: object) => `${kind}:${digest(withoutPassword(input))}`);

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
    earlier: notes.recall,
    forget: notes.forget,

    async send<T>(input: object, make: (tag: string) => Promise<Sent<T>>): Promise<Sent<T>> {
      const tag = `trunkline-${randomUUID()}`;
      await notes.remember(input, tag);
      return await make(tag).catch((error: unknown) => Promise.reject(naming(tag, error)));
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
  if (!(error instanceof TrunkError) || error.applied === false) return error;
  return error.with({ hint: `What this call made has the tag ${quoteText(tag)} at Telnyx.` });
}
