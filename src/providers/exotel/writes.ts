import { isFromThisWrite, writeOperation } from "../../core/carrier/operation.ts";
import type { PhoneNumber, Trunk, WhitelistedIp } from "../../core/carrier/trunk.ts";
import type { WireAnswer } from "../../core/carrier/wire.ts";
import { quoteText } from "../../core/text.ts";
import { allRows, type ExotelApi, listPath, type OnTrunk, rowPath, trunkPath, trunksPath } from "./api.ts";
import { phoneNumberRecordSchema, settingRecordSchema, trunkRecordSchema, whitelistedIpRecordSchema } from "./json.ts";
import { ALIAS, type ExotelReads } from "./reads.ts";
import { toPhoneNumber, toTrunk, toWhitelistedIp } from "./view.ts";

type Mode = "pstn" | "flow";

export function trunkWrites(api: ExotelApi, reads: ExotelReads) {
  const parse = (answer: WireAnswer) => ({ trunk: toTrunk(api.answers.one(answer, trunkRecordSchema)) });

  const createTrunk = writeOperation<{ trunk_name: string; nso_code: string; domain_name?: string | undefined }, { trunk: Trunk }>(
    api.wire,
    {
      operation: "create a trunk",
      method: "POST",
      path: () => trunksPath(api),
      body: (input) => ({ ...input, domain_name: input.domain_name ?? `${api.accountSid}.pstn.exotel.com` }),
      parse,
      settle: async (input, moment) => {
        const found = (await allRows(reads.listTrunks)).find((trunk) => trunk.trunk_name === input.trunk_name);
        return found && isFromThisWrite(found.created_at, moment) ? { trunk: found } : undefined;
      },
    },
  );

  const updateTrunk = writeOperation<OnTrunk & { trunk_name: string }, { trunk: Trunk }>(api.wire, {
    operation: "rename a trunk",
    thin: true,
    method: "PUT",
    path: (input) => trunkPath(api, input.trunk_sid),
    body: ({ trunk_name }) => ({ trunk_name }),
    parse,
    settle: async (input) => {
      const record = await reads.getTrunk(input.trunk_sid);
      return record.trunk_name === input.trunk_name ? { trunk: toTrunk(record) } : undefined;
    },
  });

  return { createTrunk, updateTrunk };
}

type Mapped = { phone_number: PhoneNumber };

export function numberWrites(api: ExotelApi, reads: ExotelReads) {
  const parse = (answer: WireAnswer): Mapped => ({ phone_number: toPhoneNumber(api.answers.one(answer, phoneNumberRecordSchema)) });
  const numbersOf = (trunkSid: string) => allRows((page) => reads.listPhoneNumbers(trunkSid, page));

  const mapPhoneNumber = writeOperation<OnTrunk & { phone_number: string; mode?: Mode | undefined }, Mapped>(api.wire, {
    operation: "map a phone number",
    method: "POST",
    path: (input) => listPath(api, input.trunk_sid, "phone-numbers"),
    body: ({ phone_number, mode }) => ({ phone_number, mode }),
    parse,
    settle: async (input, moment) => {
      const found = (await numbersOf(input.trunk_sid)).find((number) => number.phone_number === input.phone_number);
      return found && isFromThisWrite(found.created_at, moment) ? { phone_number: found } : undefined;
    },
    inTheWay: async ({ phone_number }) => {
      const [there] = await reads.holdersOf(phone_number);
      if (!there) return undefined;
      return `${phone_number} is on trunk ${quoteText(there.trunk_name ?? there.trunk_id)} (${there.trunk_id}). plan_trunk with the number in numbers moves it.`;
    },
  });

  const updatePhoneNumber = writeOperation<OnTrunk & { phone_number_id: string; phone_number: string; mode: Mode }, Mapped>(api.wire, {
    operation: "switch a phone number's mode",
    method: "PUT",
    path: (input) => rowPath(api, input.trunk_sid, "phone-numbers", input.phone_number_id),
    body: ({ phone_number, mode }) => ({ phone_number, mode }),
    parse,
    settle: async (input) => {
      const found = (await numbersOf(input.trunk_sid)).find((number) => number.phone_number_id === input.phone_number_id);
      return found?.mode === input.mode ? { phone_number: found } : undefined;
    },
  });

  return { mapPhoneNumber, updatePhoneNumber };
}

export function ipWrites(api: ExotelApi, reads: ExotelReads) {
  const whitelistIp = writeOperation<OnTrunk & { ip: string; mask: number }, { whitelisted_ip: WhitelistedIp }>(api.wire, {
    operation: "whitelist an IP",
    method: "POST",
    path: (input) => listPath(api, input.trunk_sid, "whitelisted-ips"),
    body: ({ ip, mask }) => ({ ip, mask }),
    parse: (answer) => ({ whitelisted_ip: toWhitelistedIp(api.answers.one(answer, whitelistedIpRecordSchema)) }),
    settle: async (input, moment) => {
      const all = await allRows((page) => reads.listWhitelistedIps(input.trunk_sid, page));
      const found = all.find((entry) => entry.ip === input.ip && entry.mask === input.mask);
      return found && isFromThisWrite(found.created_at, moment) ? { whitelisted_ip: found } : undefined;
    },
  });
  return { whitelistIp };
}

export function aliasWrites(api: ExotelApi, reads: ExotelReads) {
  const setAlias = writeOperation<OnTrunk & { alias: string }, { alias: string }>(api.wire, {
    operation: "set a trunk's alias",
    method: "POST",
    path: (input) => listPath(api, input.trunk_sid, "settings"),
    body: ({ alias }) => ({ settings: [{ name: ALIAS, value: alias }] }),
    parse: (answer, input) => ({ alias: api.answers.one(answer, settingRecordSchema).value ?? input.alias }),
    settle: async (input) => ((await reads.getAlias(input.trunk_sid)) === input.alias ? { alias: input.alias } : undefined),
  });

  return { setAlias };
}
