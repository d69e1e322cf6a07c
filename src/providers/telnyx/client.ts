import { digest } from "../../core/canonical.ts";
import {
  type CarrierServices,
  type ConnectedProvider,
  connectOver,
  type ReadTrunk,
  type TrunkReader,
} from "../../core/carrier/provider.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { RateLimit, Wire } from "../../core/carrier/wire.ts";
import type { Secret } from "../../core/secret.ts";
import { looksLikeNumber } from "../../rules/number-shape.ts";
import { addAddress, removeAddress } from "./addresses.ts";
import { MAX_PAGE_SIZE, type TelnyxApi } from "./api.ts";
import { createConnection, deleteConnection, updateConnection } from "./connections.ts";
import type { ConnectionType } from "./json.ts";
import { setLogin } from "./login.ts";
import { assignPhoneNumber, unassignPhoneNumber } from "./numbers.ts";
import { createProfile, updateProfile } from "./profiles.ts";
import { findProfile, telnyxReads } from "./reads.ts";
import { isConnectionId, toDetail, toKnown, toPhoneNumber, toProfile, toRow, withAddresses } from "./view.ts";

export interface TelnyxAccount {
  key: Secret;
  baseUrl: string;
  limit: RateLimit;
}

function openTelnyx({ key, baseUrl, limit }: TelnyxAccount, name: string, { openWire }: CarrierServices): Wire {
  return openWire({
    account: name,
    title: "Telnyx",
    baseUrl,
    baseUrlSetting: "TELNYX_BASE_URL",
    limit,
    // Seconds until calls are taken again; Retry-After is not documented (2026-04).
    resetHeader: "x-ratelimit-reset",
    headers: () => ({ authorization: `Bearer ${key.reveal()}` }),
  });
}

function clientOver(wire: Wire, shared: Omit<TelnyxApi, "wire">) {
  const api: TelnyxApi = { wire, ...shared };
  const reads = telnyxReads(api);
  const rows = { unassignPhoneNumber: unassignPhoneNumber(api, reads), removeAddress: removeAddress(api, reads) };
  return {
    reads,
    ...rows,
    findProfile: (said: string, signal?: AbortSignal) => findProfile(reads, said, signal),
    createConnection: createConnection(api, reads),
    updateConnection: updateConnection(api, reads),
    deleteConnection: deleteConnection(api, reads, rows),
    setLogin: setLogin(api, reads),
    addAddress: addAddress(api, reads),
    assignPhoneNumber: assignPhoneNumber(api, reads),
    createProfile: createProfile(api, reads),
    updateProfile: updateProfile(api, reads),
  };
}

export type TelnyxClient = ReturnType<typeof clientOver>;

const telnyxTrunks: TrunkReader<TelnyxClient> = {
  isTrunkId: isConnectionId,
  pageSize: MAX_PAGE_SIZE,

  async list({ reads }, { from, limit, signal }) {
    const { rows, next } = await reads.listConnections({ from, limit, signal });
    return { trunks: rows.map(toRow), next };
  },

  async withNumber({ reads }, said, signal) {
    if (!looksLikeNumber(said)) return [];
    const { readingsOf } = await import("../../rules/phone-number.ts");
    const found = await Promise.all(readingsOf(said).map((number) => reads.numberWith(number, signal)));
    const holders = [...new Set(found.flatMap((number) => number?.connection_id || []))];
    // A number may be on an application too, which is no trunk.
    const known = await Promise.all(holders.map(async (id) => ((await reads.isTrunk(id, signal)) ? [{ trunk_id: id }] : [])));
    return known.flat();
  },

  get: async (client, trunkId, signal) => await complete(client, trunkId, await client.reads.typeById(trunkId, signal), signal),
  named: async ({ reads }, name, signal) => (await reads.connectionsNamed(name, signal)).map(toRow),
  complete: {
    requests: 4,
    run: (client, { trunk_id, auth_type }, signal) => complete(client, trunk_id, auth_type as ConnectionType, signal),
  },
};

/** The record, its addresses, numbers and profile: the kind is known. */
async function complete({ reads }: TelnyxClient, id: string, type: ConnectionType, signal?: AbortSignal): Promise<ReadTrunk> {
  const [record, addresses, numbers] = await Promise.all([
    reads.connection(id, signal, type),
    reads.addresses(id, type, signal),
    reads.numbersOf(id, signal),
  ]);
  const detail = toDetail(record);
  const profileId = record.outbound?.outbound_voice_profile_id || undefined;
  const profile = profileId === undefined ? undefined : toKnown(toProfile(await reads.profile(profileId, signal)));
  const whole: TrunkDetail = {
    ...withAddresses(detail, addresses),
    phone_numbers: numbers.map(toPhoneNumber),
    attributes: { ...detail.attributes, ...profile },
  };
  const stopped = profile?.profile_enabled === false ? ["Its outbound voice profile is disabled: no call goes out."] : [];
  const missing = profileId === undefined ? ["It has no outbound voice profile: every call out is refused with 403."] : [];
  return { trunk: whole, warnings: [...missing, ...stopped] };
}

export async function connectTelnyx(account: TelnyxAccount, services: CarrierServices): Promise<ConnectedProvider<TelnyxClient>> {
  const { host } = new URL(account.baseUrl);
  // An account has no name of its own here: its key is it, and must not be written anywhere.
  const name = `telnyx:${digest(host, account.key.reveal()).slice(0, 16)}`;
  const shared = { host, memory: services.memory(name) };
  return connectOver(openTelnyx(account, name, services), (wire) => clientOver(wire, shared), telnyxTrunks, { knowsMoments: true });
}
