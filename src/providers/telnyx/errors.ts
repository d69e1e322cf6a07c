import { refusedValue } from "../../core/carrier/carrier-words.ts";
import { codeByStatus, type ErrorCode, TrunkError } from "../../core/errors.ts";
import { fieldNames } from "./fields.ts";
import type { TelnyxError } from "./json.ts";

export interface Refusal {
  status: number;
  /** Empty where the body is not Telnyx's. */
  errors: readonly TelnyxError[];
}

interface Meaning {
  code: ErrorCode;
  message: string;
  hint?: string;
}

const byStatus: Record<number, ErrorCode> = { ...codeByStatus, 402: "forbidden" };

/** A refusal as our error, or undefined where the status is none that we know how to read. */
export function toTrunkError({ status, errors }: Refusal, host: string): TrunkError | undefined {
  const [first] = errors;
  const carrierCode = codeOf(first);
  const byState = byStatus[status];
  if (byState === undefined) return undefined;
  const words = errors.flatMap((error) => error.detail ?? error.title ?? []).join("; ");
  const field = fieldOf(first);
  const meaning = byCarrierCode(status, carrierCode) ?? explain(byState, { field, words, host });
  return new TrunkError(meaning.code, meaning.message, {
    hint: meaning.hint,
    field: meaning.code === "invalid_input" ? field : undefined,
    status,
    carrier_code: carrierCode,
    carrier_message: words || undefined,
    applied: false,
  });
}

/** A code is digits. Any other text is the carrier's words, in which it may repeat what it was sent. */
function codeOf(error: TelnyxError | undefined): string | undefined {
  const code = String(error?.code ?? "");
  return /^\d{3,6}$/.test(code) ? code : undefined;
}

/** Codes that say more than their status. Others have two meanings in Telnyx's products (10011, 10016): there the status decides. */
const codes: Record<string, { statuses: readonly number[]; meaning: Meaning }> = {
  ...withStatuses([400, 409, 422], {
    "10012": { code: "conflict", message: "Telnyx has this already. Nothing was changed." },
    "10021": {
      code: "conflict",
      message: "Telnyx does not remove what is still in use. Nothing was changed.",
      hint: "Take off what uses it first; get_trunk shows the numbers and addresses of a connection.",
    },
    "10017": {
      code: "invalid_input",
      message: "The connection or outbound voice profile that this names does not exist in the account. Nothing was changed.",
      hint: "telnyx_list_outbound_voice_profiles shows the profiles, list_trunks the connections.",
    },
  }),
  ...withStatuses([401, 403], {
    "20002": {
      code: "unauthorized",
      message: "The key in TELNYX_API_KEY was revoked. Nothing was changed.",
      hint: "Ask the operator for another key of the same account, in TELNYX_API_KEY.",
    },
  }),
  ...withStatuses([402, 403, 422], {
    "10010": {
      code: "forbidden",
      message: "The key in TELNYX_API_KEY lacks the permission for this. Nothing was changed.",
      hint: "Ask the operator for a key with that permission in TELNYX_API_KEY, or to give this one the permission.",
    },
    "10038": {
      code: "forbidden",
      message: "The account of TELNYX_API_KEY does not have this feature. Nothing was changed.",
      hint: "A trial account lacks most of them: ask the operator to raise the account's level in Telnyx's portal.",
    },
    "10039": {
      code: "forbidden",
      message: "The account of TELNYX_API_KEY has no more of this: its level limits it. Nothing was changed.",
      hint: "A trial account has one outbound voice profile: ask the operator to raise the account's level in Telnyx's portal.",
    },
    "20012": {
      code: "forbidden",
      message: "The account of TELNYX_API_KEY is inactive; it may be out of funds. Nothing was changed.",
      hint: "Ask the operator to look at the balance in Telnyx's portal.",
    },
    "20013": {
      code: "forbidden",
      message: "Telnyx has blocked the account of TELNYX_API_KEY. Nothing was changed.",
      hint: "Ask the operator to write to Telnyx's support.",
    },
    "20100": {
      code: "forbidden",
      message: "The balance of the account of TELNYX_API_KEY does not cover this. Nothing was changed.",
      hint: "Ask the operator to add funds in Telnyx's portal.",
    },
    ...Object.fromEntries(["20014", "20016", "20017"].map((code) => [code, unverified()])),
  }),
};

function unverified(): Meaning {
  return {
    code: "forbidden",
    message: "The account of TELNYX_API_KEY is not verified for this. Nothing was changed.",
    hint: "Ask the operator to verify the account in Telnyx's portal: a trial account, level 1 and level 2 may do different things.",
  };
}

function withStatuses(statuses: readonly number[], meanings: Record<string, Meaning>) {
  return Object.fromEntries(Object.entries(meanings).map(([code, meaning]) => [code, { statuses, meaning }]));
}

function byCarrierCode(status: number, carrierCode = ""): Meaning | undefined {
  const known = Object.hasOwn(codes, carrierCode) ? codes[carrierCode] : undefined;
  return known?.statuses.includes(status) ? known.meaning : undefined;
}

function explain(code: ErrorCode, { field, words, host }: { field: string | undefined; words: string; host: string }): Meaning {
  if (code === "invalid_input") return { code, message: refusedValue("Telnyx", words, field) };
  if (code === "unauthorized")
    return {
      code,
      message: `Telnyx at ${host} did not accept TELNYX_API_KEY. Nothing was changed.`,
      hint: "Check TELNYX_API_KEY. One host serves every region, so TELNYX_BASE_URL is needed for no account.",
    };
  return { code, ...(meanings[code] ?? { message: "Telnyx refused the request. Nothing was changed." }) };
}

const meanings: Partial<Record<ErrorCode, Omit<Meaning, "code">>> = {
  forbidden: {
    message: "Telnyx does not allow this to the key in TELNYX_API_KEY. Nothing was changed.",
    hint: "Ask the operator about the key's permissions and the account's level.",
  },
  not_found: { message: "Telnyx knows no such connection or record in this account. Nothing was changed." },
  conflict: { message: "Telnyx says that this conflicts with what it has. Nothing was changed." },
  unsupported: { message: "Telnyx does not offer this operation. Nothing was changed." },
};

/** `/inbound/dnis_number_format` speaks of our field of that name. Only names that we know are repeated. */
function fieldOf(error: TelnyxError | undefined): string | undefined {
  const words = (error?.source?.pointer ?? error?.source?.parameter ?? "").split("/").filter((word) => fieldNames.includes(word));
  return words.length > 0 ? words.join(".") : undefined;
}
