import { canonicalJson } from "../../core/canonical.ts";
import { absentIfNotFound, type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import { severalWrites } from "../../core/carrier/several-writes.ts";
import type { WriteMoment } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import type { TelnyxAddresses } from "./addresses.ts";
import { kindPath, recordOf, type TelnyxApi } from "./api.ts";
import { changeBody, hasValues, newConnectionBody } from "./body.ts";
import type { ConnectionChange, KnownProfile, NewConnection, ShownProfile } from "./fields.ts";
import { type ConnectionRecord, connectionSchema } from "./json.ts";
import type { TelnyxNumbers } from "./numbers.ts";
import { findProfile, type TelnyxReads, toWritten, type WrittenConnection } from "./reads.ts";
import { tagged } from "./tagged.ts";
import { toKnown, toProfile, typeOf } from "./view.ts";

interface OnConnection {
  connection_id: string;
}

interface WithProfile {
  outbound_voice_profile_id?: string | undefined;
  profile?: KnownProfile | undefined;
}

/** The profile that a call names; refused where it is not as a person was shown it. */
async function profileOf(
  reads: TelnyxReads,
  { outbound_voice_profile_id: said, profile: shown }: WithProfile,
  signal?: AbortSignal,
): Promise<ShownProfile | undefined> {
  if (said === undefined) return undefined;
  const found = await findProfile(reads, said, signal);
  if (shown === undefined || canonicalJson(shown) === canonicalJson(toKnown(found))) return found;
  throw new TrunkError("conflict", `The outbound voice profile ${quoteText(said)} is not as it was shown. Nothing was sent.`, {
    field: "outbound_voice_profile_id",
    hint: "Make the call or the plan again: it shows the profile as it is now.",
    candidates: [found.outbound_voice_profile_id],
    applied: false,
  });
}

export function createConnection(api: TelnyxApi, reads: TelnyxReads): WriteOperation<NewConnection, WrittenConnection> {
  const tags = tagged(api, "connection");
  async function find(input: NewConnection, tag: string, moment?: WriteMoment) {
    const { connection_name, connection_type: type } = input;
    const rows = (await reads.connectionsNamed(connection_name)).filter((row) => typeOf(row) === type);
    const own = tags.ownOf(rows, tag, moment);
    return own && (await withItsProfile(reads, toWritten(await reads.connection(own.id, undefined, type), input.password)));
  }
  return {
    async settle(input, moment) {
      const tag = await tags.earlier(input);
      return tag === undefined ? undefined : await find(input, tag, moment);
    },
    forget: tags.forget,
    async send(input, signal) {
      const profile = await profileOf(reads, input, signal);
      return await tags.send(input, (tag) =>
        api.wire.send({
          effect: "write",
          method: "POST",
          operation: "create a connection",
          path: kindPath(input.connection_type),
          body: newConnectionBody(input, profile?.outbound_voice_profile_id, tag),
          parse: (answer) => withProfile(toWritten(recordOf(api, answer, connectionSchema), input.password), profile),
          settle: (moment) => find(input, tag, moment),
          signal,
        }),
      );
    },
  };
}

/** A trunk's view has the limits of its profile, whichever call told it. */
function withProfile({ trunk, ...rest }: WrittenConnection, profile: ShownProfile | undefined): WrittenConnection {
  return { trunk: { ...trunk, attributes: { ...trunk.attributes, ...(profile ? toKnown(profile) : {}) } }, ...rest };
}

async function withItsProfile(reads: TelnyxReads, written: WrittenConnection): Promise<WrittenConnection> {
  const id = written.trunk.attributes?.["outbound_voice_profile_id"];
  return withProfile(written, typeof id === "string" ? toProfile(await reads.profile(id)) : undefined);
}

export function updateConnection(api: TelnyxApi, reads: TelnyxReads): WriteOperation<ConnectionChange, WrittenConnection> {
  return {
    async settle({ profile: _, ...input }) {
      const [record, profile] = [await reads.connection(input.connection_id), await profileOf(reads, input)];
      const isDone = hasValues(record, changeBody(input, profile?.outbound_voice_profile_id, record));
      return isDone ? await withItsProfile(reads, toWritten(record)) : undefined;
    },
    async send(input, signal) {
      const live = await reads.connection(input.connection_id, signal);
      const profileId = live.outbound?.outbound_voice_profile_id || undefined;
      const profile = await profileOf(
        reads,
        profileId === undefined ? input : { outbound_voice_profile_id: profileId, ...given(input) },
        signal,
      );
      const attached = input.outbound_voice_profile_id === undefined ? undefined : profile?.outbound_voice_profile_id;
      const [body, type] = [changeBody(input, attached, live), typeOf(live) ?? "ip"];
      return await api.wire.send({
        effect: "write",
        method: "PATCH",
        operation: "change a connection",
        path: kindPath(type, live.id),
        body,
        parse: (answer) => withProfile(toWritten(recordOf(api, answer, connectionSchema)), profile),
        settle: async () => {
          const record = await reads.connection(live.id, undefined, type);
          return hasValues(record, body) ? withProfile(toWritten(record), profile) : undefined;
        },
        signal,
      });
    },
  };
}

function given({ outbound_voice_profile_id, profile }: WithProfile): WithProfile {
  return outbound_voice_profile_id === undefined ? {} : { outbound_voice_profile_id, profile };
}

/** The documents do not tell what becomes of a connection's numbers and addresses, nor whether they stand in the way: they go first. */
export function deleteConnection(
  api: TelnyxApi,
  reads: TelnyxReads,
  rows: Pick<TelnyxNumbers, "unassignPhoneNumber"> & Pick<TelnyxAddresses, "removeAddress">,
): WriteOperation<OnConnection, OnConnection & { removed: true }> {
  const connectionItself = writeOperation<ConnectionRecord, true>(api.wire, {
    operation: "delete a connection",
    method: "DELETE",
    path: (record) => kindPath(typeOf(record) ?? "ip", record.id),
    parse: (answer) => {
      recordOf(api, answer, connectionSchema);
      return true;
    },
    settle: async (record) => ((await absentIfNotFound(reads.connection(record.id, undefined, typeOf(record)))) ? undefined : true),
  });
  return severalWrites({
    settle: async (input) =>
      (await absentIfNotFound(reads.connection(input.connection_id))) ? undefined : { removed: true as const, ...input },
    async run(input, requests) {
      const record = await reads.connection(input.connection_id, requests.signal);
      for (const { id, phone_number } of await reads.numbersOf(input.connection_id, requests.signal))
        await requests.make(
          rows.unassignPhoneNumber,
          { ...input, phone_number_id: id },
          `the number ${quoteText(phone_number)} was taken off`,
        );
      for (const { address_id, address } of await reads.addresses(input.connection_id, typeOf(record) ?? "ip", requests.signal))
        await requests.make(rows.removeAddress, { ...input, address_id, address }, `the address ${quoteText(address)} was removed`);
      await requests.make(connectionItself, record, "the connection was deleted");
      return { removed: true as const, ...input };
    },
  });
}
