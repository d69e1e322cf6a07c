import { canonicalJson } from "../../core/canonical.ts";
import { absentIfNotFound, type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import { severalWrites } from "../../core/carrier/several-writes.ts";
import type { WriteMoment } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import type { TelnyxAddresses } from "./addresses.ts";
import { kindPath, recordOf, type TelnyxApi } from "./api.ts";
import { changeBody, hasValues, newConnectionBody } from "./body.ts";
import type { ConnectionChange, KnownProfile, NewConnection } from "./fields.ts";
import { type ConnectionRecord, connectionSchema } from "./json.ts";
import type { TelnyxNumbers } from "./numbers.ts";
import { findProfile, type TelnyxReads, toWritten, type WrittenConnection } from "./reads.ts";
import { tagged } from "./tagged.ts";
import { toKnown, typeOf } from "./view.ts";

interface OnConnection {
  connection_id: string;
}

/** The profile that a call names, by its id; refused where it is not as a person was shown it. */
async function profileIdOf(
  reads: TelnyxReads,
  {
    outbound_voice_profile_id: said,
    profile: shown,
  }: { outbound_voice_profile_id?: string | undefined; profile?: KnownProfile | undefined },
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (said === undefined) return undefined;
  const found = await findProfile(reads, said, signal);
  if (shown === undefined || canonicalJson(shown) === canonicalJson(toKnown(found))) return found.outbound_voice_profile_id;
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
    const { connection_name, connection_type } = input;
    const rows = (await reads.connectionsNamed(connection_name)).filter((row) => typeOf(row) === connection_type);
    const own = tags.ownOf(rows, tag, moment);
    return own && toWritten(await reads.connection(own.id, undefined, connection_type), input.password);
  }
  return {
    async settle(input, moment) {
      const tag = await tags.earlier(input);
      return tag === undefined ? undefined : await find(input, tag, moment);
    },
    async send(input, signal) {
      const profileId = await profileIdOf(reads, input, signal);
      return await tags.send(input, (tag) =>
        api.wire.send({
          effect: "write",
          method: "POST",
          operation: "create a connection",
          path: kindPath(input.connection_type),
          body: newConnectionBody(input, profileId, tag),
          parse: (answer) => toWritten(recordOf(api, answer, connectionSchema), input.password),
          settle: (moment) => find(input, tag, moment),
          signal,
        }),
      );
    },
  };
}

export function updateConnection(api: TelnyxApi, reads: TelnyxReads): WriteOperation<ConnectionChange, WrittenConnection> {
  return {
    async settle(input) {
      const [record, profileId] = [await reads.connection(input.connection_id), await profileIdOf(reads, input)];
      return hasValues(record, changeBody(input, profileId, record)) ? toWritten(record) : undefined;
    },
    async send(input, signal) {
      const profileId = await profileIdOf(reads, input, signal);
      const live = await reads.connection(input.connection_id, signal);
      const [body, type] = [changeBody(input, profileId, live), typeOf(live) ?? "ip"];
      return await api.wire.send({
        effect: "write",
        method: "PATCH",
        operation: "change a connection",
        path: kindPath(type, live.id),
        body,
        parse: (answer) => toWritten(recordOf(api, answer, connectionSchema)),
        settle: async () => {
          const record = await reads.connection(live.id, undefined, type);
          return hasValues(record, body) ? toWritten(record) : undefined;
        },
        signal,
      });
    },
  };
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
