import { randomUUID } from "node:crypto";
import { absentIfNotFound, type WriteOperation, writeOperation } from "../../../core/carrier/operation.ts";
import type { Credential, TrunkDetail } from "../../../core/carrier/trunk.ts";
import { TrunkError } from "../../../core/errors.ts";
import { quoteText } from "../../../core/text.ts";
import type { DidwwApi } from "../api.ts";
import type { DidwwReads } from "../reads.ts";
import { isNested } from "../versions.ts";
import { hasInValues, refuseNewerInFields, toInBody } from "./body.ts";
import type { InTrunkChange, NewInTrunk } from "./fields.ts";
import { type InTrunkRecord, inTrunkDocumentSchema, namesOf } from "./json.ts";
import { type FoundInTrunk, type InboundReads, inTrunkPath, inTrunksPath } from "./reads.ts";
import { toInCredential, toInDetail } from "./view.ts";

export interface WrittenInTrunk {
  trunk: TrunkDetail;
  credentials?: Credential;
}

interface OnTrunk {
  trunk_id: string;
}

export function inboundWrites(api: DidwwApi, version: DidwwReads["version"], reads: InboundReads) {
  const written = ({ record, names }: FoundInTrunk): WrittenInTrunk => {
    const login = toInCredential(record);
    const { credentials: _, ...trunk } = toInDetail(record, names, api.spoken.version());
    return { trunk, ...(login ? { credentials: login } : {}) };
  };
  const answered = (answer: Parameters<typeof api.answers.document>[0]): WrittenInTrunk => {
    const { data, included } = api.answers.document(answer, inTrunkDocumentSchema);
    return written({ record: data, names: namesOf(included) });
  };
  return {
    createVoiceInTrunk: createInTrunk(api, version, reads, written, answered),
    updateVoiceInTrunk: updateInTrunk(api, version, reads, written, answered),
    deleteVoiceInTrunk: deleteInTrunk(api, reads),
  };
}

type Written = (found: FoundInTrunk) => WrittenInTrunk;
type Answered = (answer: Parameters<DidwwApi["answers"]["document"]>[0]) => WrittenInTrunk;

/** Names are unique here, groups' included: before it is sent none has the name, so one that has it afterwards is this call's. */
function createInTrunk(
  api: DidwwApi,
  version: DidwwReads["version"],
  reads: InboundReads,
  written: Written,
  answered: Answered,
): WriteOperation<NewInTrunk, WrittenInTrunk> {
  const settle = async (input: NewInTrunk) => {
    const found = await reads.inTrunksNamed(input.name);
    const { host, username } = input;
    const own = found.find(({ record }) => hasInValues(record, { host, username }));
    return own && written(own);
  };
  return {
    settle,
    async send(input, signal) {
      const spoken = await version();
      refuseNewerInFields(input, spoken);
      const [other] = await reads.inTrunksNamed(input.name, signal);
      if (other) throw takenBy(other.record);
      const reference = isNested(spoken) ? { external_reference_id: input.external_reference_id ?? `trunkline-${randomUUID()}` } : {};
      return await api.wire.send({
        effect: "write",
        method: "POST",
        operation: "create a voice in trunk",
        path: inTrunksPath,
        body: { data: { type: "voice_in_trunks", ...toInBody({ ...input, ...reference }) } },
        parse: answered,
        settle: () => settle(input),
        signal,
      });
    },
  };
}

function takenBy({ id, name }: InTrunkRecord): TrunkError {
  return new TrunkError("conflict", `DIDWW has a voice in trunk ${quoteText(name)} already. Nothing was sent.`, {
    field: "name",
    hint: "Change that one with didww_update_voice_in_trunk, or choose another name.",
    candidates: [id],
    applied: false,
  });
}

/** Reads, changes and sends the whole configuration. One after the other, since two at once would undo each other. */
function updateInTrunk(
  api: DidwwApi,
  version: DidwwReads["version"],
  reads: InboundReads,
  written: Written,
  answered: Answered,
): WriteOperation<InTrunkChange, WrittenInTrunk> {
  const settle = async ({ trunk_id, ...fields }: InTrunkChange) => {
    const found = await reads.getInTrunk(trunk_id);
    return hasInValues(found.record, fields) ? written(found) : undefined;
  };
  return {
    settle,
    turn: ({ trunk_id }) => `didww-in:${trunk_id}`,
    async send(input, signal) {
      const { trunk_id, ...fields } = input;
      refuseNewerInFields(fields, await version());
      const { record } = await reads.getInTrunk(trunk_id, signal);
      refuseForwarding(record);
      return await api.wire.send({
        effect: "write",
        method: "PATCH",
        operation: "update a voice in trunk",
        path: inTrunkPath(trunk_id),
        query: { include: "voice_in_trunk_group,pop" },
        body: { data: { id: trunk_id, type: "voice_in_trunks", ...toInBody(fields, record) } },
        parse: answered,
        settle: () => settle(input),
        signal,
      });
    },
  };
}

/** The kind of a trunk is for ever, and calls to a telephone number cost money by the minute. */
function refuseForwarding({ kind, name }: InTrunkRecord): void {
  if (kind === "sip_configurations") return;
  throw new TrunkError("unsupported", `${quoteText(name)} forwards calls to a telephone number, for money. Nothing was sent.`, {
    hint: "Create a SIP trunk beside it, and route the numbers there; change a forwarding in DIDWW's console.",
    applied: false,
  });
}

function deleteInTrunk(api: DidwwApi, reads: InboundReads): WriteOperation<OnTrunk, OnTrunk & { removed: true }> {
  return writeOperation<OnTrunk, OnTrunk & { removed: true }>(api.wire, {
    operation: "delete a voice in trunk",
    method: "DELETE",
    path: ({ trunk_id }) => inTrunkPath(trunk_id),
    parse: (answer, input) => {
      api.answers.removed(answer);
      return { removed: true, ...input };
    },
    settle: async (input) => ((await absentIfNotFound(reads.getInTrunk(input.trunk_id))) ? undefined : { removed: true, ...input }),
  });
}
