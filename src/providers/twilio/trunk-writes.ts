import { isFromThisWrite, writeOperation } from "../../core/carrier/operation.ts";
import { severalWrites } from "../../core/carrier/several-writes.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { WriteMoment } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import { onTrunkPath, type TwilioApi, trunkPath, trunksPath } from "./api.ts";
import { type NewTrunk, type TrunkChange, toForm } from "./fields.ts";
import { recordingRecordSchema, type TrunkRecord, trunkRecordSchema } from "./json.ts";
import type { TwilioReads } from "./reads.ts";
import { toRow } from "./view.ts";

type Written = { trunk: TrunkDetail };

export function trunkWrites(api: TwilioApi, reads: TwilioReads) {
  const createTrunk = writeOperation<NewTrunk, Written>(api.wire, {
    operation: "create a trunk",
    method: "POST",
    path: () => trunksPath,
    body: toForm,
    parse: (answer) => ({ trunk: toRow(api.answers.one(answer, trunkRecordSchema)) }),
    settle: async (input, moment) => {
      const found = createdBy(await reads.allTrunks(), input, moment);
      return found && { trunk: toRow(found) };
    },
  });
  return { createTrunk, updateTrunk: updateTrunk(api, reads) };
}

/** A domain is unique. A name is not: of several new ones nobody can tell which is ours. */
function createdBy(all: readonly TrunkRecord[], { domain_name, friendly_name }: NewTrunk, moment?: WriteMoment): TrunkRecord | undefined {
  const same = all.filter((row) =>
    domain_name ? row.domain_name?.toLowerCase() === domain_name.toLowerCase() : !row.domain_name && row.friendly_name === friendly_name,
  );
  const [found, ...others] = same.filter((row) => isFromThisWrite(row.date_created ?? undefined, moment));
  if (others.length === 0) return found;
  throw new TrunkError("outcome_unknown", "Several new trunks have this name, and Twilio does not tell which of them this call made.", {
    hint: "Look at them with get_trunk, and delete the one that nobody needs.",
    candidates: [found, ...others].flatMap((row) => row?.sid ?? []),
  });
}

type Recording = Pick<TrunkChange, "trunk_sid" | "recording_mode" | "recording_trim">;

function updateTrunk(api: TwilioApi, reads: TwilioReads) {
  const trunkItself = writeOperation<Omit<TrunkChange, "recording_mode" | "recording_trim">, Written>(api.wire, {
    operation: "change a trunk",
    method: "POST",
    path: ({ trunk_sid }) => trunkPath(trunk_sid),
    body: ({ trunk_sid: _, ...fields }) => toForm(fields),
    parse: (answer) => ({ trunk: toRow(api.answers.one(answer, trunkRecordSchema)) }),
    settle: async ({ trunk_sid, ...fields }) => {
      const record = await reads.getTrunk(trunk_sid);
      return isSo(record, fields) ? { trunk: toRow(record) } : undefined;
    },
  });
  const recording = writeOperation<Recording, object>(api.wire, {
    operation: "change a trunk's recording",
    method: "POST",
    path: ({ trunk_sid }) => onTrunkPath(trunk_sid, "Recording"),
    body: ({ recording_mode, recording_trim }) => toForm({ mode: recording_mode, trim: recording_trim }),
    parse: (answer) => api.answers.one(answer, recordingRecordSchema),
    settle: async ({ trunk_sid, recording_mode: mode, recording_trim: trim }) => {
      const record = await reads.getRecording(trunk_sid);
      return isSo(record, { mode, trim }) ? record : undefined;
    },
  });
  const isGiven = (fields: object) => Object.values(fields).some((value) => value !== undefined);

  return severalWrites<TrunkChange, Written>({
    async settle({ recording_mode, recording_trim, ...rest }) {
      const asked = { recording_mode, recording_trim };
      const recorded = !isGiven(asked) || (await recording.settle({ trunk_sid: rest.trunk_sid, ...asked }));
      return recorded ? await trunkItself.settle(rest) : undefined;
    },
    async run({ recording_mode, recording_trim, ...rest }, requests) {
      const { trunk_sid, ...fields } = rest;
      const asked = { recording_mode, recording_trim };
      const written = isGiven(fields) ? await requests.make(trunkItself, rest, "the trunk was changed") : undefined;
      if (!isGiven(asked)) return written ?? { trunk: toRow(await reads.getTrunk(trunk_sid)) };
      await requests.make(recording, { trunk_sid, ...asked }, "its recording was changed");
      return { trunk: toRow(await reads.getTrunk(trunk_sid)) };
    },
  });
}

/** Every field that was sent; an empty text clears one. */
export function isSo(record: object, wanted: object): boolean {
  const now = record as Record<string, unknown>;
  return Object.entries(wanted).every(([name, value]) => value === undefined || (now[name] ?? "") === value);
}
