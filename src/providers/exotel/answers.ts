import type * as z from "zod";
import type { WireAnswer } from "../../core/carrier/wire.ts";
import type { TrunkError } from "../../core/errors.ts";
import { toTrunkError } from "./errors.ts";
import { envelopeSchema, type Item } from "./json.ts";

/** Reads an answer of this account; `host` is for the sentence about a refused key. */
export function exotelAnswers(host: string) {
  /** Throws the refusal, whether it is in the HTTP status, in the body, or in both. */
  function envelope(answer: WireAnswer) {
    const parsed = envelopeSchema.safeParse(answer.json);
    if (parsed.success) return parsed.data;
    throw toTrunkError({ httpStatus: answer.status }, host) ?? new Error("not an Exotel envelope");
  }

  function refusalOf(item: Item | undefined, answer: WireAnswer): TrunkError | undefined {
    // 207 says that some item failed, which is for each item to tell; a batch item has a status of its own.
    const refused = item ? item.status === "failure" || (item.code ?? 200) >= 400 : false;
    if (!refused && answer.status < 400) return undefined;
    const error = toTrunkError({ httpStatus: answer.status, bodyStatus: item?.code, error: item?.error_data }, host);
    if (error) return error;
    throw new Error("a failure without a reason");
  }

  function dataOf(item: Item | undefined, answer: WireAnswer): unknown {
    const refusal = refusalOf(item, answer);
    if (refusal) throw refusal;
    return item?.data;
  }

  return {
    /** One record, in an object or in an array of one. */
    one<T extends z.ZodType>(answer: WireAnswer, schema: T): z.infer<T> {
      const { response } = envelope(answer);
      return schema.parse(dataOf(Array.isArray(response) ? response[0] : response, answer));
    },

    /** Only whether it was refused; a removal answers with the record or with null. */
    accepted(answer: WireAnswer): void {
      const { response } = envelope(answer);
      for (const item of Array.isArray(response) ? response : [response]) dataOf(item, answer);
    },

    /** Rows: an array of envelopes (observed), or one envelope around an array or a single record (documented). */
    rows<T extends z.ZodType>(answer: WireAnswer, schema: T): { rows: z.infer<T>[]; next: string | undefined } {
      const { response, metadata } = envelope(answer);
      const items = Array.isArray(response) ? response.map((item) => dataOf(item, answer)) : [dataOf(response, answer)].flat();
      if (Array.isArray(response)) refuseBare(response, answer);
      const records = items.filter((item) => item !== null && item !== undefined);
      return { rows: records.map((record) => schema.parse(record)), next: offsetOf(metadata?.next_page_uri) };
    },

    /** A result for each item that was asked for, in the order of asking. */
    batch<T extends z.ZodType>(answer: WireAnswer, schema: T): ({ data: z.infer<T> } | { error: TrunkError })[] {
      const { response } = envelope(answer);
      if (!Array.isArray(response)) return [{ data: schema.parse(dataOf(response, answer)) }];
      return response.map((item) => {
        const error = refusalOf(item, answer);
        return error ? { error } : { data: schema.parse(item.data) };
      });
    },
  };

  function refuseBare(items: Item[], answer: WireAnswer): void {
    if (items.length === 0) dataOf(undefined, answer);
  }
}

/**
 * The position of the next page. Only the offset is taken from the carrier's link, never the path: a link cannot
 * lead us out of the account.
 */
function offsetOf(uri: string | null | undefined): string | undefined {
  const offset = uri?.match(/[?&]offset=(\d{1,9})(?:&|$)/)?.[1];
  return offset;
}
