import { type CarrierServices, type ConnectedProvider, connectOver, type TrunkReader } from "../../core/carrier/provider.ts";
import type { RateLimit, Wire } from "../../core/carrier/wire.ts";
import type { Secret } from "../../core/secret.ts";
import { looksLikeNumber } from "../../rules/number-shape.ts";
import { allowIp, removeIp } from "./addresses.ts";
import { twilioAnswers } from "./answers.ts";
import { type ListKind, MAX_PAGE_SIZE } from "./api.ts";
import { createCredential } from "./logins.ts";
import { numberWrites } from "./number-writes.ts";
import { originationWrites } from "./origination-writes.ts";
import { completeTrunk, twilioReads } from "./reads.ts";
import { twilioRemovals } from "./removals.ts";
import { listExposure, type RowRemoval, usersOf } from "./shared-lists.ts";
import { trunkWrites } from "./trunk-writes.ts";
import { isTrunkSid, toRow } from "./view.ts";

export interface TwilioAccount {
  sid: string;
  key: string;
  secret: Secret;
  urls: Record<"trunking" | "api" | "voice", string>;
  limit: RateLimit;
}

function clientOver(wire: Wire, accountSid: string) {
  const api = { wire, accountSid, answers: twilioAnswers(accountSid) };
  const reads = twilioReads(api);
  return {
    ...reads,
    ...trunkWrites(api, reads),
    ...numberWrites(api, reads),
    ...originationWrites(api, reads),
    ...twilioRemovals(api, reads),
    allowIp: allowIp(api, reads),
    removeIp: removeIp(api, reads),
    createCredential: createCredential(api, reads),
    /** The other trunks that a removal of a row concerns, for whoever agrees to it. */
    listExposure: (kind: ListKind, removal: RowRemoval, signal: AbortSignal) => listExposure(reads, kind, removal, signal),
    usersOf: (kind: ListKind, lists: readonly string[], signal: AbortSignal) => usersOf(reads, kind, lists, signal),
    /** The trunk that has a number, which is one at most. */
    async holdersOf(phoneNumber: string, signal?: AbortSignal) {
      const sid = (await reads.findNumber(phoneNumber, signal))?.trunk_sid;
      return sid ? [toRow(await reads.getTrunk(sid, signal))] : [];
    },
  };
}

export type TwilioClient = ReturnType<typeof clientOver>;

const twilioTrunks: TrunkReader<TwilioClient> = {
  isTrunkId: isTrunkSid,

  pageSize: MAX_PAGE_SIZE,

  async list(client, page) {
    const { rows, next } = await client.listTrunks(page);
    return { trunks: rows, next };
  },

  async withNumber(client, said, signal) {
    if (!looksLikeNumber(said)) return [];
    const { readingsOf } = await import("../../rules/phone-number.ts");
    const found = await Promise.all(readingsOf(said).map((number) => client.holdersOf(number, signal)));
    return found.flat();
  },

  get: async (client, sid, signal) => await complete(client, toRow(await client.getTrunk(sid, signal)), signal),
  complete: { requests: 6, run: complete },
};

async function complete(client: TwilioClient, row: Parameters<typeof completeTrunk>[1], signal?: AbortSignal) {
  return { trunk: await completeTrunk(client, row, signal), warnings: [] };
}

export function connectTwilio(
  { sid, key, secret, urls, limit }: TwilioAccount,
  { openWire }: Pick<CarrierServices, "openWire">,
): ConnectedProvider<TwilioClient> {
  const wire = openWire({
    account: `twilio:${sid}`,
    title: "Twilio",
    baseUrl: urls.trunking,
    baseUrlSetting: "TWILIO_TRUNKING_BASE_URL or TWILIO_REGION and TWILIO_EDGE",
    otherBases: {
      api: { baseUrl: urls.api, baseUrlSetting: "TWILIO_API_BASE_URL or TWILIO_REGION and TWILIO_EDGE" },
      voice: { baseUrl: urls.voice, baseUrlSetting: "TWILIO_VOICE_BASE_URL or TWILIO_REGION and TWILIO_EDGE" },
    },
    encoding: "form",
    limit,
    headers: () => ({ authorization: `Basic ${Buffer.from(`${key}:${secret.reveal()}`).toString("base64")}` }),
  });
  return connectOver(wire, (over) => clientOver(over, sid), twilioTrunks, { knowsMoments: true });
}
