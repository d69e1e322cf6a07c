import type { WriteOperation } from "../../core/carrier/operation.ts";
import { writeOperation } from "../../core/carrier/operation.ts";
import type { Credential, TrunkDetail } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import { answered, type LiveKitApi, methodPath } from "./api.ts";
import { creation } from "./attempts.ts";
import { hasValues, needsMedia, needsWhole, type TrunkFields, toReplace, toTrunk, toUpdate } from "./body.ts";
import { normalNumber, same } from "./compare.ts";
import type { InboundChange, NewInbound, NewOutbound, OutboundChange } from "./fields.ts";
import {
  anySchema,
  type Got,
  type InboundRecord,
  inboundSchema,
  type OutboundRecord,
  outboundSchema,
  type TrunkRecord,
  trunkIdSchema,
  type Whole,
} from "./json.ts";
import { type Direction, type LiveKitReads, unlessNotFound } from "./reads.ts";
import { loginSecret, toDetail } from "./view.ts";

export interface WrittenTrunk {
  trunk: TrunkDetail;
  credentials?: Credential;
}

/** The trunk as LiveKit answered it. Its password is the one that was sent: whether LiveKit repeats it is not promised. */
function written(api: LiveKitApi, record: TrunkRecord, { auth_password }: TrunkFields): WrittenTrunk {
  const { credentials: logins = [], ...trunk } = toDetail(record, api.sipHost);
  const [login] = logins;
  const password = auth_password ? { password: loginSecret(record.sip_trunk_id, auth_password) } : {};
  const user_name = login?.user_name ?? record.auth_username;
  return { trunk, ...(user_name === "" ? {} : { credentials: { ...login, user_name, ...password } }) };
}

export function createInbound(api: LiveKitApi, reads: LiveKitReads): WriteOperation<NewInbound, WrittenTrunk> {
  return creation<NewInbound, InboundRecord, WrittenTrunk>(api, {
    operation: "create an inbound trunk",
    method: "CreateSIPInboundTrunk",
    body: (input) => ({ trunk: toTrunk(input) }),
    async lookalikes(input, signal) {
      const { numbers = [] } = input;
      const rows = await reads.all("inbound", { numbers: numbers.length > 0 ? numbers : undefined, signal });
      return rows.filter((row) => isSameInbound(row, input)).map((found) => ({ id: found.sip_trunk_id, found }));
    },
    parse: (whole) => inboundSchema.parse(whole),
    output: (found, input) => written(api, found, input),
  });
}

function isSameInbound(row: InboundRecord, input: NewInbound): boolean {
  const { name, numbers = [], allowed_addresses = [], allowed_numbers = [], auth_username = "" } = input;
  return (
    row.name === name &&
    row.auth_username === auth_username &&
    same(row.numbers.map(normalNumber), numbers.map(normalNumber)) &&
    same(row.allowed_addresses, allowed_addresses) &&
    same(row.allowed_numbers, allowed_numbers)
  );
}

export function createOutbound(api: LiveKitApi, reads: LiveKitReads): WriteOperation<NewOutbound, WrittenTrunk> {
  return creation<NewOutbound, OutboundRecord, WrittenTrunk>(api, {
    operation: "create an outbound trunk",
    method: "CreateSIPOutboundTrunk",
    body: (input) => ({ trunk: toTrunk(input) }),
    async lookalikes({ name, address, transport, numbers, auth_username = "" }, signal) {
      const wanted = { name, address, transport, numbers, auth_username };
      const rows = await reads.all("outbound", { signal });
      return rows.filter((row) => hasValues(row, wanted)).map((found) => ({ id: found.sip_trunk_id, found }));
    },
    parse: (whole) => outboundSchema.parse(whole),
    output: (found, input) => written(api, found, input),
  });
}

const words = { inbound: "Inbound", outbound: "Outbound" } as const;

function update<Change extends InboundChange | OutboundChange>(
  api: LiveKitApi,
  reads: LiveKitReads,
  direction: Direction,
): WriteOperation<Change, WrittenTrunk> {
  const settle = async ({ trunk_id, ...fields }: Change): Promise<WrittenTrunk | undefined> => {
    const { record } = await reads.get(direction, trunk_id);
    return hasValues(record, fields) ? written(api, record, fields) : undefined;
  };
  return {
    settle,
    async send(input, signal) {
      const { trunk_id, ...fields } = input;
      const current = needsWhole(fields) || needsMedia(fields) ? await reads.get(direction, trunk_id, signal) : undefined;
      return await api.wire.send({
        effect: "write",
        method: "POST",
        operation: `update an ${direction} trunk`,
        path: methodPath(`UpdateSIP${words[direction]}Trunk`),
        body: { sip_trunk_id: trunk_id, ...changeOf(fields, current) },
        parse: (answer) => {
          const whole: Whole = answered(api, answer, anySchema);
          const record = direction === "inbound" ? inboundSchema.parse(whole) : outboundSchema.parse(whole);
          return written(api, record, fields);
        },
        settle: () => settle(input),
        signal,
      });
    },
  };
}

/** A field that LiveKit changes only with all others is written over everything that was read a moment before. */
function changeOf(fields: TrunkFields, current: Got<TrunkRecord> | undefined): object {
  // Without its user name a password would be left behind: half a login, which LiveKit asks nobody for.
  const whole = fields.auth_username === "" ? { ...fields, auth_password: "" } : fields;
  const body = toTrunk(whole, current);
  if (!current || !needsWhole(fields)) return { update: toUpdate(body) };
  refuseUntoldPassword(fields, current.record);
  return { replace: toReplace(current.whole, body) };
}

function refuseUntoldPassword({ auth_password, auth_username }: TrunkFields, record: TrunkRecord): void {
  const isUntold = record.auth_username !== "" && record.auth_password === "";
  if (!isUntold || auth_password !== undefined || auth_username === "") return;
  throw new TrunkError("invalid_input", "LiveKit does not tell the trunk's password, and this change would clear it. Nothing was sent.", {
    field: "auth_password",
    hint: "Pass auth_username and auth_password too.",
    applied: false,
  });
}

export function updateInbound(api: LiveKitApi, reads: LiveKitReads): WriteOperation<InboundChange, WrittenTrunk> {
  return update<InboundChange>(api, reads, "inbound");
}

export function updateOutbound(api: LiveKitApi, reads: LiveKitReads): WriteOperation<OutboundChange, WrittenTrunk> {
  return update<OutboundChange>(api, reads, "outbound");
}

interface OnTrunk {
  trunk_id: string;
}
type Removed = OnTrunk & { removed: true };

/** A self-hosted server answers the removal of any id alike: that the trunk was there, the call knows from reading it first. */
export function deleteTrunk(api: LiveKitApi, reads: LiveKitReads): WriteOperation<OnTrunk, Removed> {
  return writeOperation<OnTrunk, Removed>(api.wire, {
    operation: "delete a trunk",
    method: "POST",
    path: () => methodPath("DeleteSIPTrunk"),
    body: ({ trunk_id }) => ({ sip_trunk_id: trunk_id }),
    parse: (answer, { trunk_id }) => {
      answered(api, answer, trunkIdSchema);
      return { removed: true, trunk_id };
    },
    settle: async ({ trunk_id }) => ((await reads.trunk(trunk_id).catch(unlessNotFound)) ? undefined : { removed: true, trunk_id }),
  });
}
