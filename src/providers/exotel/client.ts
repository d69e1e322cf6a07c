import {
  type CarrierServices,
  type ConnectedProvider,
  connectOver,
  type ReadTrunk,
  type TrunkReader,
} from "../../core/carrier/provider.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { OpenWire, RateLimit, Wire } from "../../core/carrier/wire.ts";
import type { Secret } from "../../core/secret.ts";
import { looksLikeNumber } from "../../rules/number-shape.ts";
import { exotelAnswers } from "./answers.ts";
import { allRows, firstRow, MAX_PAGE_SIZE } from "./api.ts";
import { createCredentials } from "./credentials.ts";
import { addDestinationUris } from "./destinations.ts";
import { checkTrunkName } from "./input-rules.ts";
import { type ExotelNames, exotelNames } from "./names.ts";
import { exotelReads } from "./reads.ts";
import { exotelRemovals } from "./removals.ts";
import { toRow, useOf } from "./view.ts";
import { aliasWrites, ipWrites, numberWrites, trunkWrites } from "./writes.ts";

export interface ExotelAccount {
  sid: string;
  key: Secret;
  token: Secret;
  baseUrl: string;
  limit: RateLimit;
}

function openExotel(account: ExotelAccount, openWire: OpenWire): Wire {
  return openWire({
    account: `exotel:${account.sid}`,
    title: "Exotel",
    baseUrl: account.baseUrl,
    baseUrlSetting: "EXOTEL_BASE_URL or EXOTEL_REGION",
    limit: account.limit,
    headers: () => ({
      authorization: `Basic ${Buffer.from(`${account.key.reveal()}:${account.token.reveal()}`).toString("base64")}`,
    }),
  });
}

function clientOver(wire: Wire, account: ExotelAccount, names: ExotelNames) {
  const api = { wire, accountSid: account.sid, answers: exotelAnswers(new URL(account.baseUrl).host) };
  const reads = exotelReads(api);
  return {
    ...reads,
    names,
    ...trunkWrites(api, reads),
    ...numberWrites(api, reads),
    ...ipWrites(api, reads),
    ...aliasWrites(api, reads),
    ...exotelRemovals(api, reads),
    addDestinationUris: addDestinationUris(api, reads),
    createCredentials: createCredentials(api, reads),
    accountDomain: `${account.sid}.pstn.exotel.com`,
  };
}

export type ExotelClient = ReturnType<typeof clientOver>;

/** A sid is longer than any name may be; no pattern is documented for it, so none is asked of it. */
const MAX_NAME_LENGTH = 16;

const exotelTrunks: TrunkReader<ExotelClient> = {
  isTrunkId: (value) => value.length > MAX_NAME_LENGTH && !looksLikeNumber(value),

  pageSize: MAX_PAGE_SIZE,

  async list(client, { from, limit, signal }) {
    const { rows, next } = await client.listTrunks({ from, limit, signal });
    client.names.see(rows);
    return { trunks: rows, next };
  },

  async withNumber(client, said, signal) {
    if (!looksLikeNumber(said)) return [];
    const { readingsOf } = await import("../../rules/phone-number.ts");
    const found = await Promise.all(readingsOf(said).map((number) => client.findTrunkByNumber(number, signal)));
    return found.flat();
  },

  get: async (client, trunkSid, signal) => await complete(client, toRow(await client.getTrunk(trunkSid, signal)), signal),

  named,
  complete: { requests: 5, run: complete },
};

/** Names are unique, so the first trunk that has it ends the walk. */
async function named(client: ExotelClient, name: string, signal: AbortSignal): Promise<TrunkDetail[]> {
  // Text that looks like a number is looked up as one; a name has no plus sign.
  if (looksLikeNumber(name) && checkTrunkName("", name)) return [];
  const id = await client.names.idOf(name);
  const known = id === undefined ? undefined : await client.findTrunk(id, signal);
  if (known?.trunk_name === name) return [toRow(known)];
  const found = await firstRow(
    (page) => client.listTrunks({ ...page, limit: MAX_PAGE_SIZE }),
    (row) => row.trunk_name === name,
    signal,
  );
  if (found) await client.names.keep(name, found.trunk_id);
  return found ? [found] : [];
}

async function complete(client: ExotelClient, row: TrunkDetail, signal?: AbortSignal): Promise<ReadTrunk> {
  const { trunk_id: sid } = row;
  const warnings: string[] = [];
  const [phone_numbers, whitelisted_ips, destination_uris, logins, alias] = await Promise.all([
    allRows((page) => client.listPhoneNumbers(sid, page), signal),
    allRows((page) => client.listWhitelistedIps(sid, page), signal),
    allRows((page) => client.listDestinationUris(sid, page), signal),
    allRows((page) => client.listCredentials(sid, page), signal),
    // Reading settings is documented in one unverified place: an account without it still has a trunk to show.
    client.getAlias(sid, signal).catch(() => {
      warnings.push("The alias could not be read; Exotel documents reading it thinly.");
      return undefined;
    }),
  ]);
  const credentials = logins.map((login) => ({ ...login, use: useOf(login, row) }));
  const trunk: TrunkDetail = { ...row, phone_numbers, whitelisted_ips, destination_uris, credentials, aliasRead: alias !== undefined };
  return { trunk: alias ? { ...trunk, alias } : trunk, warnings };
}

export function connectExotel(account: ExotelAccount, { openWire, memory }: CarrierServices): ConnectedProvider<ExotelClient> {
  const names = exotelNames(memory(`exotel:${account.sid}`));
  return connectOver(openExotel(account, openWire), (wire) => clientOver(wire, account, names), exotelTrunks, { knowsMoments: true });
}
