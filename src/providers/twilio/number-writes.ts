import { absentIfNotFound, type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import type { PhoneNumber } from "../../core/carrier/trunk.ts";
import type { Sent } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import { numbersPath, type OnTrunk, onTrunkPath, type TwilioApi } from "./api.ts";
import { type NumberRecord, numberRecordSchema } from "./json.ts";
import { lossOf } from "./number-loss.ts";
import type { TwilioReads } from "./reads.ts";
import { toPhoneNumber } from "./view.ts";

type Assigned = { phone_number: PhoneNumber };
type Assignment = OnTrunk & { phone_number: string; loses?: string | undefined };
type Found = OnTrunk & { sid: string };

export function numberWrites(api: TwilioApi, reads: TwilioReads) {
  const settle = async ({ trunk_sid, sid }: Found): Promise<Assigned | undefined> => {
    const record = await reads.getNumber(sid);
    return record.trunk_sid === trunk_sid ? { phone_number: toPhoneNumber(record) } : undefined;
  };
  const parse = (answer: Parameters<typeof api.answers.one>[0]) => ({
    phone_number: toPhoneNumber(api.answers.one(answer, numberRecordSchema)),
  });
  const assign = writeOperation<Found, Assigned>(api.wire, {
    operation: "assign a number",
    method: "POST",
    path: ({ trunk_sid }) => onTrunkPath(trunk_sid, "PhoneNumbers"),
    body: ({ sid }) => ({ PhoneNumberSid: sid }),
    parse,
    settle,
  });
  /** In one step, since the documents disagree on whether assigning takes it from another trunk. */
  const move = writeOperation<Found, Assigned>(api.wire, {
    operation: "move a number",
    method: "POST",
    base: "api",
    path: ({ sid }) => numbersPath(api, sid),
    body: ({ trunk_sid }) => ({ TrunkSid: trunk_sid }),
    parse,
    settle,
  });

  const assignPhoneNumber: WriteOperation<Assignment, Assigned> = {
    async settle({ trunk_sid, phone_number }) {
      const found = await reads.findNumber(phone_number);
      return found && (await settle({ trunk_sid, sid: found.sid }));
    },
    async send({ trunk_sid, phone_number, loses = "" }, signal): Promise<Sent<Assigned>> {
      const found = await numberOf(reads, phone_number, signal);
      if (found.trunk_sid === trunk_sid) return { value: { phone_number: toPhoneNumber(found) }, settled: false };
      const loss = await lossNow(reads, found, signal);
      if (loss !== loses) throw otherLoss(phone_number, loss);
      return await (found.trunk_sid ? move : assign).send({ trunk_sid, sid: found.sid }, signal);
    },
  };

  const unassignPhoneNumber = writeOperation<OnTrunk & { phone_number_id: string }, { removed: true; phone_number_id: string } & OnTrunk>(
    api.wire,
    {
      operation: "take a number off a trunk",
      method: "DELETE",
      path: ({ trunk_sid, phone_number_id }) => onTrunkPath(trunk_sid, "PhoneNumbers", phone_number_id),
      parse: (answer, input) => {
        api.answers.removed(answer);
        return { removed: true, ...input };
      },
      settle: async (input) => {
        const left = await absentIfNotFound(reads.numbersOn(input.trunk_sid));
        return left?.some(({ sid }) => sid === input.phone_number_id) ? undefined : { removed: true, ...input };
      },
    },
  );

  return {
    assignPhoneNumber,
    unassignPhoneNumber,
    /** The loss of a number that comes to this trunk; none if it is there. */
    async lossOf({ trunk_sid, phone_number }: Assignment, signal: AbortSignal): Promise<{ loses?: string }> {
      const found = await numberOf(reads, phone_number, signal);
      const loses = found.trunk_sid === trunk_sid ? "" : await lossNow(reads, found, signal);
      return loses === "" ? {} : { loses };
    },
  };
}

async function lossNow(reads: TwilioReads, record: NumberRecord, signal?: AbortSignal): Promise<string> {
  const trunk = record.trunk_sid ? (await reads.getTrunk(record.trunk_sid, signal)).friendly_name || record.trunk_sid : undefined;
  return lossOf(record, trunk);
}

function otherLoss(phoneNumber: string, loss: string): TrunkError {
  const now = loss === "" ? "it has no other route" : `now ${loss}`;
  return new TrunkError("conflict", `The number ${phoneNumber} is not as it was looked at: ${now}. Nothing was sent.`, {
    field: "phone_number",
    hint: "Ask for it again: the person is then asked about the number as it is now.",
    applied: false,
    candidates: [],
  });
}

async function numberOf(reads: TwilioReads, phoneNumber: string, signal?: AbortSignal) {
  const found = await reads.findNumber(phoneNumber, signal);
  if (found) return found;
  throw new TrunkError("not_found", `The account has no number ${phoneNumber} in this region. Nothing was sent.`, {
    field: "phone_number",
    hint: "Buy the number in Twilio's console first, or look whether another region has it: TWILIO_REGION decides.",
    applied: false,
  });
}
