import type * as z from "zod";
import type { WireAnswer } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import { foreignAccount, toTrunkError } from "./errors.ts";
import { pageSchema, refusalSchema } from "./json.ts";

/** Reads an answer of this account. */
export function twilioAnswers(accountSid: string) {
  function accepted(answer: WireAnswer): void {
    if (answer.status < 400) return;
    const { data } = refusalSchema.safeParse(answer.json);
    // Without a word of Twilio's, something between it and us has answered.
    throw (data && toTrunkError(answer.status, data)) ?? new Error("a failure without a reason");
  }

  /** Trunks are always those of the key's own account, whatever account the settings name. */
  function own(record: unknown): unknown {
    const found = (record as { account_sid?: unknown } | null)?.account_sid;
    if (typeof found === "string" && found !== accountSid) throw foreignAccount(found, accountSid);
    return record;
  }

  return {
    /** A removal answers 204 without a body. */
    removed(answer: WireAnswer): void {
      accepted(answer);
      if (answer.status !== 204) throw new Error("an answer to something else");
    },
    one<T extends z.ZodType>(answer: WireAnswer, schema: T): z.infer<T> {
      accepted(answer);
      return schema.parse(own(answer.json));
    },
    /** `key`: the name of the list in the answer. */
    rows<T extends z.ZodType>(answer: WireAnswer, key: string, schema: T): { rows: z.infer<T>[]; next: string | undefined } {
      accepted(answer);
      const { meta, next_page_uri } = pageSchema.parse(answer.json);
      const rows = (answer.json as Record<string, unknown>)[key];
      if (!Array.isArray(rows)) throw new Error(`no ${key} in the answer`);
      return { rows: rows.map((row) => schema.parse(own(row))), next: positionOf(meta?.next_page_url ?? next_page_uri) };
    },
  };
}

/** Only page and token are taken from the carrier's link: a host in it would be sent the key. */
function positionOf(link: string | null | undefined): string | undefined {
  if (link === null || link === undefined || !URL.canParse(link, "https://localhost")) return undefined;
  const { searchParams } = new URL(link, "https://localhost");
  const [page, token] = [searchParams.get("Page"), searchParams.get("PageToken")];
  if (page === null || !/^\d{1,9}$/.test(page)) return undefined;
  return token === null ? page : `${page}.${token}`;
}

/** The two parameters of a position. */
export function pageOf(position: string | undefined): { Page?: string; PageToken?: string } {
  if (position === undefined) return {};
  const match = /^(\d{1,9})(?:\.(.{1,160}))?$/.exec(position);
  if (!match) throw new TrunkError("invalid_input", "The cursor is not one that this list gave out.", { field: "cursor" });
  const [, Page = "0", PageToken] = match;
  return { Page, ...(PageToken === undefined ? {} : { PageToken }) };
}
