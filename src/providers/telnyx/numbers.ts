import { absentIfNotFound, type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import type { PhoneNumber } from "../../core/carrier/trunk.ts";
import { path } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { recordOf, type TelnyxApi } from "./api.ts";
import { type NumberRecord, numberSchema } from "./json.ts";
import type { TelnyxReads } from "./reads.ts";
import { toPhoneNumber } from "./view.ts";

type Assign = { connection_id: string; phone_number: string };
type OnNumber = { connection_id: string; phone_number_id: string };
type Assigned = { phone_number: PhoneNumber };

export function assignPhoneNumber(api: TelnyxApi, reads: TelnyxReads): WriteOperation<Assign, Assigned> {
  const assign = writeOperation<OnNumber, Assigned>(api.wire, {
    operation: "assign a phone number",
    method: "PATCH",
    path: ({ phone_number_id }) => path`/phone_numbers/${phone_number_id}`,
    body: ({ connection_id }) => ({ connection_id }),
    parse: (answer) => ({ phone_number: toPhoneNumber(recordOf(api, answer, numberSchema)) }),
    settle: async ({ connection_id, phone_number_id }) => {
      const record = await reads.number(phone_number_id);
      return record.connection_id === connection_id ? { phone_number: toPhoneNumber(record) } : undefined;
    },
  });
  return {
    async settle({ connection_id, phone_number }) {
      const record = await reads.numberWith(phone_number);
      return record?.connection_id === connection_id ? { phone_number: toPhoneNumber(record) } : undefined;
    },
    async send({ connection_id, phone_number }, signal) {
      const record = await reads.numberWith(phone_number, signal);
      refuseTaken(record, phone_number, connection_id);
      return await assign.send({ connection_id, phone_number_id: record.id }, signal);
    },
  };
}

/** Telnyx would move the number at once, from whatever has it: a person agrees to that in a plan, which shows both ends. */
function refuseTaken(record: NumberRecord | undefined, said: string, connectionId: string): asserts record is NumberRecord {
  if (!record)
    throw new TrunkError("not_found", `This Telnyx account has no number ${quoteText(said)}. Nothing was sent.`, {
      field: "phone_number",
      hint: "telnyx_list_phone_numbers shows the account's numbers.",
      applied: false,
    });
  const { connection_id: holder, connection_name } = record;
  if (!holder || holder === connectionId) return;
  throw new TrunkError(
    "conflict",
    `${record.phone_number} is on the connection ${quoteText(connection_name || holder)}. Nothing was sent.`,
    {
      field: "phone_number",
      hint: "plan_trunk with the number in numbers moves it from another trunk. From an application, take it off in Telnyx's portal.",
      candidates: [holder],
      applied: false,
    },
  );
}

type Unassigned = OnNumber & { removed: true };

/** The documents do not tell which: third parties send the empty text, answers have null. */
const nothings = ["", null] as const;
const REMEMBERED = "no connection";

/** `DELETE` would give the number up. The value that an account took is remembered; one that it refused has changed nothing. */
export function unassignPhoneNumber(api: TelnyxApi, reads: TelnyxReads): WriteOperation<OnNumber, Unassigned> {
  const unassign = writeOperation<OnNumber & { nothing: (typeof nothings)[number] }, Unassigned>(api.wire, {
    operation: "take a phone number off",
    method: "PATCH",
    path: ({ phone_number_id }) => path`/phone_numbers/${phone_number_id}`,
    body: ({ nothing }) => ({ connection_id: nothing }),
    parse: (answer, input) => {
      recordOf(api, answer, numberSchema);
      return resultOf(input);
    },
    settle,
  });
  async function settle(input: OnNumber): Promise<Unassigned | undefined> {
    const record = await absentIfNotFound(reads.number(input.phone_number_id));
    return record?.connection_id === input.connection_id ? undefined : resultOf(input);
  }
  return {
    // An answer of success may leave the number where it is.
    thin: true,
    settle,
    async send(input, signal) {
      const [first, second] = (await api.memory.recall(REMEMBERED)) === "null" ? ([null, ""] as const) : nothings;
      try {
        return await unassign.send({ ...input, nothing: first }, signal);
      } catch (error) {
        const isOurs = error instanceof TrunkError && error.code === "invalid_input" && error.details.carrier_code !== undefined;
        if (!isOurs) throw error;
        const sent = await unassign.send({ ...input, nothing: second }, signal);
        await api.memory.remember(REMEMBERED, second === null ? "null" : "text");
        return sent;
      }
    },
  };
}

function resultOf({ connection_id, phone_number_id }: OnNumber): Unassigned {
  return { removed: true, connection_id, phone_number_id };
}

export interface TelnyxNumbers {
  unassignPhoneNumber: ReturnType<typeof unassignPhoneNumber>;
}
