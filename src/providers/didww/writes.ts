import { absentIfNotFound, type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import { severalWrites } from "../../core/carrier/several-writes.ts";
import type { Credential, TrunkDetail } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import { type DidwwApi, regeneratePath, trunkPath } from "./api.ts";
import { changesLogin, hasValues, refuseNewerFields, toBody } from "./body.ts";
import type { TrunkChange } from "./fields.ts";
import { regeneratedSchema, type TrunkRecord, trunkDocumentSchema } from "./json.ts";
import type { DidwwReads, FoundTrunk } from "./reads.ts";
import { isNested } from "./versions.ts";
import { toCredential, toDetail } from "./view.ts";

export interface WrittenTrunk {
  trunk: TrunkDetail;
  credentials?: Credential;
}

export function toWritten(found: FoundTrunk, version: string): WrittenTrunk {
  const credentials = toCredential(found.record);
  return { trunk: toDetail(found, version), ...(credentials ? { credentials } : {}) };
}

interface OnTrunk {
  trunk_id: string;
}

export function updateTrunk(api: DidwwApi, reads: DidwwReads): WriteOperation<TrunkChange, WrittenTrunk> {
  const settle = async ({ trunk_id, ...fields }: TrunkChange): Promise<WrittenTrunk | undefined> => {
    const found = await reads.getTrunk(trunk_id);
    return hasValues(found.record, fields) ? toWritten(found, api.spoken.version()) : undefined;
  };
  return {
    settle,
    async send(input, signal) {
      const { trunk_id, ...fields } = input;
      const version = await reads.version();
      refuseNewerFields(fields, version);
      const current = isNested(version) && changesLogin(fields) ? (await reads.getTrunk(trunk_id, signal)).record : undefined;
      if (current) refuseWithoutAddresses(current);
      return await api.wire.send({
        effect: "write",
        method: "PATCH",
        operation: "update a voice out trunk",
        path: trunkPath(trunk_id),
        body: { data: { id: trunk_id, type: "voice_out_trunks", ...toBody(fields, version, current) } },
        parse: (answer) => {
          const { data, included } = api.answers.document(answer, trunkDocumentSchema);
          return toWritten({ record: data, included: included ?? undefined }, api.spoken.version());
        },
        settle: () => settle(input),
        signal,
      });
    },
  };
}

/** Only a trunk with a login has addresses that can be written: sending them to another would change how it authenticates. */
function refuseWithoutAddresses({ auth_type }: TrunkRecord): void {
  if (auth_type === "credentials_and_ip") return;
  const [reason, hint] =
    auth_type === "twilio"
      ? ["so it has no addresses to change", "Create another trunk for a PBX."]
      : ["which DIDWW's API shows and does not let it change", "Ask DIDWW's support to change its addresses, or create another trunk."];
  throw new TrunkError("unsupported", `This trunk authenticates by ${methodWords(auth_type)}, ${reason}. Nothing was sent.`, { hint });
}

function methodWords(auth_type: string): string {
  return auth_type === "twilio" ? "its Twilio account" : `address only (${auth_type})`;
}

export function deleteTrunk(api: DidwwApi, reads: DidwwReads): WriteOperation<OnTrunk, OnTrunk & { removed: true }> {
  return writeOperation<OnTrunk, OnTrunk & { removed: true }>(api.wire, {
    operation: "delete a voice out trunk",
    method: "DELETE",
    path: ({ trunk_id }) => trunkPath(trunk_id),
    parse: (answer, input) => {
      api.answers.removed(answer);
      return { removed: true, ...input };
    },
    settle: async (input) => ((await absentIfNotFound(reads.getTrunk(input.trunk_id))) ? undefined : { removed: true, ...input }),
  });
}

export interface Regenerated extends OnTrunk {
  credentials?: Credential;
  warnings?: string[];
}

/** The answer to a rotation is an id and nothing more: the new login is read from the trunk. */
export function regenerateCredentials(api: DidwwApi, reads: DidwwReads): WriteOperation<OnTrunk, Regenerated> {
  return severalWrites({
    settle: async () => {
      // Only a login that was read before tells a new one from an old one.
      throw new TrunkError("outcome_unknown", "Whether DIDWW replaced the login is not known: the login before it was not read.");
    },
    async run({ trunk_id }, requests) {
      const { record: before } = await reads.getTrunk(trunk_id, requests.signal);
      refuseWithoutLogin(before);
      await requests.make(replaceLogin(api, reads), before, "the login was replaced");
      return await newLogin(reads, before);
    },
  });
}

function replaceLogin(api: DidwwApi, reads: DidwwReads): WriteOperation<TrunkRecord, true> {
  return writeOperation<TrunkRecord, true>(api.wire, {
    operation: "regenerate a trunk's credentials",
    method: "POST",
    path: () => regeneratePath,
    body: ({ id }) => ({
      data: {
        type: "voice_out_trunk_regenerate_credentials",
        relationships: { voice_out_trunk: { data: { type: "voice_out_trunks", id } } },
      },
    }),
    parse: (answer) => {
      api.answers.document(answer, regeneratedSchema);
      return true;
    },
    settle: async (before) => {
      const { record } = await reads.getTrunk(before.id);
      return isOtherLogin(record, before) ? true : undefined;
    },
  });
}

async function newLogin(reads: DidwwReads, before: TrunkRecord): Promise<Regenerated> {
  // The old login is gone whatever happens here, so failing to read the new one must not look like a failed rotation.
  const found = await reads.getTrunk(before.id).catch(() => undefined);
  const credentials = found && isOtherLogin(found.record, before) ? toCredential(found.record) : undefined;
  if (credentials) return { trunk_id: before.id, credentials };
  return {
    trunk_id: before.id,
    warnings: ["The login was replaced, but the new one could not be read yet; get_trunk shows where to find it."],
  };
}

function isOtherLogin(record: TrunkRecord, before: TrunkRecord): boolean {
  return record.username !== before.username || record.password !== before.password;
}

function refuseWithoutLogin({ auth_type }: TrunkRecord): void {
  if (auth_type === "credentials_and_ip") return;
  throw new TrunkError(
    "unsupported",
    `This trunk has no login to replace: it authenticates by ${methodWords(auth_type)}. Nothing was sent.`,
    {
      hint: "get_trunk shows how a trunk authenticates.",
    },
  );
}
