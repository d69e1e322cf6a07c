import type * as z from "zod";
import { refusedValue } from "../../core/carrier/carrier-words.ts";
import type { WireAnswer } from "../../core/carrier/wire.ts";
import { codeByStatus, type ErrorCode, type ErrorDetails, TrunkError } from "../../core/errors.ts";
import { refusalSchema } from "./json.ts";

/** The data of an answer, or its refusal. */
export function dataOf<Schema extends z.ZodType>(answer: WireAnswer, schema: Schema, host: string): z.infer<Schema> {
  if (answer.status >= 400) throw toTrunkError(answer, host) ?? new Error("a failure without a reason that is known");
  return schema.parse(answer.json);
}

/** 405: no LiveKit server refuses POST. 412: several trunks match. 451: the project is bound to other regions. */
const byStatus: Record<number, ErrorCode> = { ...codeByStatus, 405: "not_configured", 412: "invalid_input", 451: "forbidden" };

/** A refusal as our error, or undefined when the answer is not one that we know how to read. */
function toTrunkError(answer: WireAnswer, host: string): TrunkError | undefined {
  const refusal = refusalSchema.safeParse(answer.json);
  // Before a call reaches the service, and on the Cloud, refusals are plain text.
  const words = refusal.success ? (refusal.data.msg ?? "") : answer.json === undefined ? answer.text : "";
  const code = codeOf(answer.status, refusal.data?.code, words);
  if (code === undefined) return undefined;
  const { message, ...details } = explain(code, { answer, code: refusal.data?.code, words, host });
  return new TrunkError(details.as ?? code, message, {
    hint: details.hint,
    candidates: details.candidates?.length ? details.candidates : undefined,
    status: answer.status,
    carrier_code: refusal.data?.code,
    carrier_message: words || undefined,
    applied: false,
  });
}

/** The words tell more than the status: on the Cloud a missing object is a failure, and a broken rule may be one anywhere. */
function codeOf(status: number, code: string | undefined, words: string): ErrorCode | undefined {
  if (code === "bad_route" || (status === 404 && /<html|page not found/i.test(words))) return "not_configured";
  if (status < 500) return byStatus[status];
  if (/cannot be found|does not exist/.test(words)) return "not_found";
  if (/redis required/.test(words)) return "unsupported";
  return code === "unknown" && words !== "" ? "invalid_input" : undefined;
}

interface Refused {
  answer: WireAnswer;
  code: string | undefined;
  words: string;
  host: string;
}

type Meaning = { message: string; as?: ErrorCode } & Pick<ErrorDetails, "hint" | "candidates">;

function explain(code: ErrorCode, { answer, words, host }: Refused): Meaning {
  if (code === "unauthorized") return keyRefused(words, host);
  if (answer.status === 451) {
    return {
      message: `LiveKit at ${host} does not serve this project in the region that was reached. Nothing was changed.`,
      hint: "Ask the operator for the host of the project's own region, and to set LIVEKIT_URL to it.",
    };
  }
  if (code === "invalid_input" && isConflict(words)) return conflict(words);
  if (code === "invalid_input") return { message: refusedValue("LiveKit", words) };
  const meaning = meanings[code] ?? { message: "LiveKit refused the request. Nothing was changed." };
  return { ...meaning, message: meaning.message.replace("{host}", host) };
}

const meanings: Partial<Record<ErrorCode, Meaning>> = {
  not_configured: {
    message: "{host} serves no SIP interface of LiveKit. Nothing was changed.",
    hint: "Ask the operator to check LIVEKIT_URL: it is the server's own address, without a path.",
  },
  forbidden: { message: "LiveKit does not allow this with LIVEKIT_API_KEY. Nothing was changed." },
  not_found: { message: "LiveKit has no such trunk or dispatch rule in this project. Nothing was changed." },
  conflict: { message: "LiveKit says that this conflicts with what it has. Nothing was changed." },
  unsupported: {
    message: "This LiveKit server has no SIP: it runs without Redis. Nothing was changed.",
    hint: "Ask the operator to give the server Redis and to run livekit-sip beside it.",
  },
};

/** One sentence for each of the four ways in which a token is refused, each with the setting that mends it. */
function keyRefused(words: string, host: string): Meaning {
  const at = `LiveKit at ${host}`;
  if (/invalid API key/i.test(words)) {
    return {
      message: `${at} does not know LIVEKIT_API_KEY. Nothing was changed.`,
      hint: "Ask the operator for a key of the project that LIVEKIT_URL names.",
    };
  }
  if (/permissions denied/i.test(words)) {
    return {
      message: `${at} does not let LIVEKIT_API_KEY administer SIP (the grant sip.admin). Nothing was changed.`,
      hint: "Ask the operator for a key of the project that may administer SIP.",
    };
  }
  if (/expired|not valid yet|\b(nbf|exp|iat)\b/i.test(words)) {
    return {
      message: `${at} says that the token's minute is not now: the clock of this machine is wrong. Nothing was changed.`,
      hint: "Ask the operator to set this machine's clock; LIVEKIT_API_KEY and LIVEKIT_API_SECRET may be right.",
    };
  }
  if (/invalid authorization token/i.test(words)) {
    return {
      message: `${at} did not accept the signature: LIVEKIT_API_SECRET is not the secret of LIVEKIT_API_KEY. Nothing was changed.`,
      hint: "Ask the operator to set both from the same row of the project's key list.",
    };
  }
  return {
    message: `${at} did not accept LIVEKIT_API_KEY and LIVEKIT_API_SECRET. Nothing was changed.`,
    hint: "Ask the operator to check both, and that LIVEKIT_URL names their project.",
  };
}

function isConflict(words: string): boolean {
  return words.startsWith("Conflicting inbound SIP Trunks") || words.includes("already exists in dispatch rule");
}

/** LiveKit names what is in the way. A trunk that is only being made is named as "". */
function conflict(words: string): Meaning {
  const candidates = [...new Set(words.match(/\b(?:ST|SDR)_\w+/g) ?? [])];
  const [what, hint] = words.startsWith("Conflicting")
    ? [
        "another inbound trunk has such a number, and neither is limited to other callers",
        "Change that trunk, use another number, or give each of them allowed_numbers of its own.",
      ]
    : [
        "another dispatch rule takes the same calls: same trunk, numbers and PIN",
        "Change that rule with livekit_update_dispatch_rule, or give this one a PIN.",
      ];
  return { as: "conflict", message: `LiveKit refused it: ${what}. Nothing was changed.`, hint, candidates };
}
