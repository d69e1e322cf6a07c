import { randomUUID } from "node:crypto";
import * as z from "zod";
import { digest } from "../../core/canonical.ts";
import { attemptNotes } from "../../core/carrier/attempt-notes.ts";
import { isFromThisWrite, type WriteOperation } from "../../core/carrier/operation.ts";
import type { Sent, WriteMoment } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { type DidwwApi, trunksPath } from "./api.ts";
import { refuseNewerFields, toBody } from "./body.ts";
import type { NewTrunk } from "./fields.ts";
import { trunkDocumentSchema } from "./json.ts";
import type { DidwwReads, FoundTrunk } from "./reads.ts";
import { isNested } from "./versions.ts";
import { toWritten, type WrittenTrunk } from "./writes.ts";

/**
 * A create whose outcome is not known yet, as this server remembers it: the reference that it gave its trunk, and the
 * trunks that looked the same before. Ids, because no clock of ours says which trunk was there first.
 */
const attemptSchema = z.object({ reference: z.string().optional(), before: z.array(z.string()) });
type Attempt = z.infer<typeof attemptSchema>;

/**
 * DIDWW has no idempotency key and lets two trunks share a name, so nothing of its own stops a repeated create. The
 * reference that the trunk is given, or its name where a version has no reference, finds it again.
 */
export function createTrunk(api: DidwwApi, reads: DidwwReads): WriteOperation<NewTrunk, WrittenTrunk> {
  const notes = attemptNotes(api.memory, attemptSchema, keyOf);

  async function lookalikes({ name, external_reference_id: given }: NewTrunk, reference: string | undefined): Promise<FoundTrunk[]> {
    if (reference === undefined) return await reads.trunksWith("name", name);
    const found = await reads.trunksWith("external_reference_id", reference);
    // A caller's reference may be on several trunks; ours is on one only, whatever the carrier made of its name.
    return found.filter(({ record }) => reference !== given || record.name === name);
  }

  async function find(input: NewTrunk, { reference, before }: Attempt, moment?: WriteMoment): Promise<WrittenTrunk | undefined> {
    const found = await lookalikes(input, reference);
    const own = found.filter(({ record }) => !before.includes(record.id) && isFromThisWrite(record.created_at ?? undefined, moment));
    const [newest] = own.sort((a, b) => Date.parse(b.record.created_at ?? "") - Date.parse(a.record.created_at ?? ""));
    return newest && toWritten(newest, api.spoken.version());
  }

  async function begin({ input, version }: Call): Promise<Attempt> {
    const given = input.external_reference_id || undefined;
    // A reference that was just made up is on no trunk yet.
    if (given === undefined && isNested(version)) return { reference: `trunkline-${randomUUID()}`, before: [] };
    const before = await lookalikes(input, given);
    return { reference: given, before: before.map(({ record }) => record.id) };
  }

  async function send({ input, version, signal }: Call, attempt: Attempt): Promise<Sent<WrittenTrunk>> {
    return await api.wire.send({
      effect: "write",
      method: "POST",
      operation: "create a voice out trunk",
      path: trunksPath,
      body: { data: { type: "voice_out_trunks", ...toBody({ ...input, external_reference_id: attempt.reference }, version) } },
      parse: (answer) => {
        const { data, included } = api.answers.document(answer, trunkDocumentSchema);
        return toWritten({ record: data, included: included ?? undefined }, api.spoken.version());
      },
      settle: (moment) => find(input, attempt, moment),
      signal,
    });
  }

  return {
    async settle(input) {
      const attempt = await notes.recall(input);
      return attempt && (await find(input, attempt).catch((error: unknown) => Promise.reject(naming(attempt, error))));
    },
    forget: notes.forget,

    async send(input, signal) {
      const call = { input, version: await reads.version(), signal };
      refuseNewerFields(input, call.version);
      const attempt = await begin(call);
      await notes.remember(input, attempt);
      return await send(call, attempt).catch((error: unknown) => {
        throw error instanceof TrunkError && error.applied === false ? error : naming(attempt, error);
      });
    },
  };
}

/** An error that leaves a create in doubt, with what tells the trunk from others of its name. */
function naming({ reference }: Attempt, error: unknown): unknown {
  if (!(error instanceof TrunkError) || reference === undefined) return error;
  return error.with({ hint: `The trunk of this call has external_reference_id ${quoteText(reference, 100)}.` });
}

function keyOf(input: NewTrunk): string {
  return `create:${digest(input)}`;
}

interface Call {
  input: NewTrunk;
  version: string;
  signal: AbortSignal | undefined;
}
