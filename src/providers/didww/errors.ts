import { refusedValue } from "../../core/carrier/carrier-words.ts";
import { codeByStatus, type ErrorCode, TrunkError } from "../../core/errors.ts";
import { fieldNames } from "./fields.ts";
import type { DidwwError } from "./json.ts";
import { isNested, newerOnly } from "./versions.ts";
import { inFieldNames } from "./voice-in/fields.ts";

export interface Refusal {
  status: number;
  /** Empty where the body is not a JSON:API errors document. */
  errors: readonly DidwwError[];
}

/** The request and its recipient: for sentences about keys and versions. */
export interface Asked {
  host: string;
  /** The value of DIDWW_API_VERSION. */
  version: string;
  /** The version whose shape the request had. */
  spoken: string;
}

const byStatus: Record<number, ErrorCode> = { ...codeByStatus, 402: "forbidden", 406: "unsupported", 415: "unsupported" };

/** Application codes, which are not HTTP statuses; a low balance has 400, and so may other bad requests. */
const codes = { filter: "102", parameter: "105", missing: "106", funds: "400" };

interface Meaning {
  code: ErrorCode;
  message: string;
  hint?: string;
}

/** A refusal as our error, or undefined when the status is not a refusal that we know how to read. */
export function toTrunkError({ status, errors }: Refusal, asked: Asked): TrunkError | undefined {
  const [first] = errors;
  const carrierCode = first?.code == null ? undefined : String(first.code);
  const code = byStatus[status];
  if (code === undefined) return undefined;
  const field = fieldOf(first);
  const words = errors.flatMap((error) => error.detail ?? error.title ?? []).join("; ");
  const meaning =
    foreignVersion({ status, errors }, asked) ??
    byCarrierCode(carrierCode, first) ??
    takenName(status, first) ??
    unknownTarget(first) ??
    explain(code, { field, words }, asked);
  return new TrunkError(meaning.code, meaning.message, {
    hint: meaning.hint,
    field: meaning.code === "invalid_input" || meaning.code === "conflict" ? field : undefined,
    status,
    carrier_code: carrierCode,
    carrier_message: words || undefined,
    applied: false,
  });
}

const newer = ["authentication_method", ...newerOnly];

/** Whether an error shows another version than the one that was spoken: what was learned is void. */
export function isForeignVersion(refusal: Refusal, spoken: string): boolean {
  if (refusal.status !== 422 && refusal.status !== 400) return false;
  return refusal.errors.some((error) => {
    const pointer = error.source?.pointer ?? "";
    const unknown = String(error.code) === codes.parameter ? (error.detail ?? "") : "";
    return isNested(spoken)
      ? /^\/data\/attributes\/(allowed_sip_ips|username|password)\b/.test(pointer) || newer.some((name) => unknown.startsWith(name))
      : pointer.startsWith("/data/attributes/authentication_method") || unknown.startsWith("allowed_sip_ips");
  });
}

function foreignVersion(refusal: Refusal, { version, spoken }: Asked): Meaning | undefined {
  if (!isForeignVersion(refusal, spoken)) return undefined;
  const speaks = isNested(spoken) ? "2022-05-10 or 2021-12-15" : "2026-04-16 or later";
  const set = isNested(spoken) ? "2022-05-10" : "2026-04-16";
  return {
    code: "not_configured",
    message: `This DIDWW account speaks API version ${speaks}, and was spoken to in ${spoken} (DIDWW_API_VERSION is ${version}). Nothing was changed.`,
    hint: `Ask the operator to set DIDWW_API_VERSION=${set}, then call again.`,
  };
}

function byCarrierCode(carrierCode: string | undefined, error: DidwwError | undefined): Meaning | undefined {
  if (carrierCode === codes.funds && [error?.title, error?.detail].some((words) => /^insufficient (funds|balance)\b/i.test(words ?? ""))) {
    return {
      code: "forbidden",
      message: "The balance of the DIDWW account does not cover this. Nothing was changed.",
      hint: "Ask the operator to add funds at DIDWW, then call again.",
    };
  }
  if (carrierCode === codes.filter || carrierCode === codes.parameter || carrierCode === codes.missing) {
    return {
      code: "unsupported",
      message:
        "DIDWW does not take this request in the API version that the account speaks; carrier_message has its words. Nothing was changed.",
      hint: "Ask the operator to compare DIDWW_API_VERSION with the account's version, which get_trunk shows as api_version.",
    };
  }
  return undefined;
}

/** Trunks for calls in, with their groups, share one space of names (API 2021-12-15 to 2026-11-19); the others do not say. */
function takenName(status: number, error: DidwwError | undefined): Meaning | undefined {
  const isTaken = /(has already been taken|already exist)$/.test(error?.detail ?? "");
  if (status !== 422 || !isTaken) return undefined;
  return {
    code: "conflict",
    message: "DIDWW already has a trunk with this value. Nothing was changed.",
    hint: "Trunks for calls in and their groups cannot share a name. Choose another, or change the one that has it.",
  };
}

/** A number that is to go to a trunk or a group which is not there. */
function unknownTarget(error: DidwwError | undefined): Meaning | undefined {
  const [, group] = /^\/data\/attributes\/voice_in_trunk(_group)?_id$/.exec(error?.source?.pointer ?? "") ?? [undefined, null];
  if (group === null) return undefined;
  return { code: "not_found", message: `DIDWW knows no such ${group ? "group" : "voice in trunk"} in this account. Nothing was changed.` };
}

function explain(code: ErrorCode, { field, words }: { field: string | undefined; words: string }, { host }: Asked): Meaning {
  if (code === "unauthorized") {
    return {
      code,
      message: `DIDWW at ${host} did not accept DIDWW_API_KEY; a key of the other DIDWW_ENVIRONMENT is refused in the same way. Nothing was changed.`,
      hint: "Check DIDWW_API_KEY, and that DIDWW_ENVIRONMENT (production or sandbox) is the environment in which the key was made.",
    };
  }
  if (code === "invalid_input") return { code, message: refusedValue("DIDWW", words, field) };
  if (code === "forbidden") return { code, ...(words === "" ? forbidden : forbiddenInWords) };
  return { code, ...(meanings[code] ?? { message: "DIDWW refused the request. Nothing was changed." }) };
}

/** The documents give one reason, an account without an outbound plan; the service has others, and says them. */
const forbiddenInWords = {
  message: "DIDWW does not allow this; carrier_message has its reason. Nothing was changed.",
  hint: "Tell the operator what carrier_message says: it may be about the key's rights, or about the account.",
};
const forbidden = {
  message: "DIDWW does not allow this, and does not say why. Nothing was changed.",
  hint: "Where reading works, ask the operator whether the key may write. Where it does not, ask whether the account has an active outbound plan.",
};

const meanings: Partial<Record<ErrorCode, Omit<Meaning, "code">>> = {
  not_found: { message: "DIDWW knows no such trunk or number in this account. Nothing was changed." },
  conflict: { message: "DIDWW says that this conflicts with what it has. Nothing was changed." },
  unsupported: { message: "DIDWW does not offer this operation on this account. Nothing was changed." },
};

/** `/data/attributes/authentication_method/allowed_sip_ips` speaks about our field `allowed_sip_ips`. */
function fieldOf(error: DidwwError | undefined): string | undefined {
  const pointer = error?.source?.pointer;
  // Without a pointer the detail begins with the field; further in, its name is only a word.
  const words = pointer ? pointer.split("/").reverse() : [/^(\w+) - /.exec(error?.detail ?? "")?.[1] ?? ""];
  return words.find((word) => fieldNames.includes(word) || inFieldNames.includes(word));
}
