import { refusedValue } from "../../core/carrier/carrier-words.ts";
import { codeByStatus, type ErrorCode, TrunkError } from "../../core/errors.ts";
import type { RefusalRecord } from "./json.ts";

interface Meaning {
  code: ErrorCode;
  message: string;
  hint?: string;
}

/** Told by the carrier's number. The HTTP status of those from 21235 to 21634 nobody has published. */
const byNumber: Readonly<Record<number, Meaning>> = {
  20003: {
    code: "unauthorized",
    message:
      "Twilio did not accept TWILIO_API_KEY and TWILIO_API_SECRET for TWILIO_ACCOUNT_SID. A key of another region is refused in the same way.",
    hint: "Check the three settings; a key that was made in another region needs TWILIO_REGION and TWILIO_EDGE.",
  },
  20008: {
    code: "not_configured",
    message: "TWILIO_API_KEY is a test credential, which Twilio takes for no trunk and no list. Nothing was changed.",
    hint: "Set TWILIO_API_KEY and TWILIO_API_SECRET to a key of the live account.",
  },
  70051: {
    code: "forbidden",
    message: "TWILIO_API_KEY is a restricted key and lacks a permission; carrier_message names it. Nothing was changed.",
    hint: "Add the permission in Twilio's console, or use a standard key.",
  },
  20404: {
    code: "not_found",
    message: "Twilio knows no such record in this account and region. Nothing was changed.",
    hint: "Call list_trunks to see what exists. A trunk of another region is not seen here: TWILIO_REGION decides.",
  },
  20162: conflict("Another change of the same record is under way", "Call again in a moment."),
  20409: conflict("The record is in a state that does not allow this", "Read the trunk with get_trunk before you decide."),
  21235: conflict("The IP list has this address or this name already"),
  21236: conflict("The IP list is in use elsewhere"),
  21237: limit("an IP list holds no more addresses", "Twilio's documents say 100, its error list 25"),
  21239: limit("the account holds no more credential lists"),
  21240: conflict("The name or user name is taken, or the password breaks Twilio's rules"),
  21241: conflict("The credential list is in use elsewhere"),
  21242: limit("a credential list holds no more logins", "1,000"),
  21243: conflict("The user name is taken, or the password breaks Twilio's rules"),
  21244: limit("the account holds no more trunks", "100; 1 on a trial account"),
  21245: conflict("Another trunk has this domain, or the trunk has this list already"),
  21247: conflict("The domain has names below it, or lies below one that the account does not have"),
  21248: conflict("A trunk of this or of another Twilio account has this domain", "Choose another domain_name: it must be unique."),
  21249: limit("the trunk holds no more origination URLs"),
  21255: limit("the account holds no more IP lists", "1,000"),
  21634: conflict("A number of the trunk is provisioned for emergency calls", "Have that ended in Twilio's console first."),
};

function conflict(what: string, hint?: string): Meaning {
  return { code: "conflict", message: `${what}. Nothing was changed.`, ...(hint === undefined ? {} : { hint }) };
}

function limit(what: string, number?: string): Meaning {
  const most = number === undefined ? "" : ` (${number})`;
  return conflict(`A limit of Twilio is reached: ${what}${most}`, "Remove what nobody needs, or ask Twilio for more.");
}

/** A refusal as our error, or undefined when the answer is not a refusal that we know how to read. */
export function toTrunkError(status: number, { code, message }: RefusalRecord): TrunkError | undefined {
  const known = byNumber[code ?? 0];
  const ours = known?.code ?? codeByStatus[status];
  if (ours === undefined) return undefined;
  return new TrunkError(
    ours,
    known?.message ?? sentences[ours]?.(message ?? undefined) ?? "Twilio refused the request. Nothing was changed.",
    {
      hint: known?.hint,
      status,
      carrier_code: code ?? undefined,
      carrier_message: message ?? undefined,
      applied: false,
    },
  );
}

const sentences: Partial<Record<ErrorCode, (words: string | undefined) => string>> = {
  invalid_input: (words) => refusedValue("Twilio", words),
  unauthorized: () => byNumber[20003]?.message ?? "",
  not_found: () => byNumber[20404]?.message ?? "",
  forbidden: () => "Twilio does not allow this for this account. Nothing was changed.",
  rate_limited: () => "Twilio refused the call because too many were under way. Nothing was changed.",
};

/** Lists would land in one account and trunks in another: nothing goes on. */
export function foreignAccount(found: string, configured: string): TrunkError {
  return new TrunkError(
    "not_configured",
    `TWILIO_API_KEY belongs to ${found}, and TWILIO_ACCOUNT_SID is ${configured}: trunks would be of the one, their lists and numbers of the other.`,
    { hint: "Set both to the same account: a subaccount needs a key of its own." },
  );
}
