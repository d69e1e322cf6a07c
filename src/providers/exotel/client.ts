import { type ConnectedProvider, connectOver, type TrunkReader } from "../../core/carrier/provider.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { OpenWire, RateLimit, Wire } from "../../core/carrier/wire.ts";
import type { Secret } from "../../core/secret.ts";
import { looksLikeNumber } from "../../rules/number-shape.ts";
import { exotelAnswers } from "./answers.ts";
import { allRows } from "./api.ts";
import { createCredentials } from "./credentials.ts";
import { addDestinationUris } from "./destinations.ts";
import { exotelReads } from "./reads.ts";
import { exotelRemovals } from "./removals.ts";
import { toAttributes, toTrunk } from "./view.ts";
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

function clientOver(wire: Wire, account: ExotelAccount) {
  const api = { wire, accountSid: account.sid, answers: exotelAnswers(new URL(account.baseUrl).host) };
  const reads = exotelReads(api);
  return {
    ...reads,
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

  async list(client, { from, limit, signal }) {
    const { rows, next } = await client.listTrunks({ from, limit, signal });
    return { trunks: rows, next };
  },

  async withNumber(client, said, signal) {
    if (!looksLikeNumber(said)) return [];
    const { readingsOf } = await import("../../rules/phone-number.ts");
    const found = await Promise.all(readingsOf(said).map((number) => client.findTrunkByNumber(number, signal)));
    return found.flat();
  },

  async get(client, trunkSid, signal) {
    const record = await client.getTrunk(trunkSid, signal);
    const warnings: string[] = [];
    const [phone_numbers, whitelisted_ips, destination_uris, credentials, alias] = await Promise.all([
      allRows((page) => client.listPhoneNumbers(trunkSid, page), signal),
      allRows((page) => client.listWhitelistedIps(trunkSid, page), signal),
      allRows((page) => client.listDestinationUris(trunkSid, page), signal),
      allRows((page) => client.listCredentials(trunkSid, page), signal),
      // Reading settings is documented in one unverified place: an account without it still has a trunk to show.
      client.getAlias(trunkSid, signal).catch(() => {
        warnings.push("The alias could not be read; Exotel documents reading it thinly.");
        return undefined;
      }),
    ]);
    const trunk: TrunkDetail = {
      ...toTrunk(record),
      phone_numbers,
      whitelisted_ips,
      destination_uris,
      credentials,
      attributes: toAttributes(record),
    };
    return { trunk: alias ? { ...trunk, alias } : trunk, warnings };
  },
};

export function connectExotel(account: ExotelAccount, openWire: OpenWire): ConnectedProvider<ExotelClient> {
  return connectOver(openExotel(account, openWire), (wire) => clientOver(wire, account), exotelTrunks, { knowsMoments: true });
}
