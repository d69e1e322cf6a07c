import { refusedValue } from "../../core/carrier/carrier-words.ts";
import type { WireAnswer } from "../../core/carrier/wire.ts";
import { codeByStatus, type ErrorCode, TrunkError } from "../../core/errors.ts";
import { type Problem, refusalSchema } from "./json.ts";

/** The subject of the refused request, so that its answer can be read. */
export interface About {
  host: string;
  trunkType?: string | undefined;
  /** Sent with the request; an answer may repeat it. */
  secret?: string | undefined;
}

/** A refusal as our error, or undefined when the answer is not one that we know how to read. */
export function toTrunkError(answer: WireAnswer, about: About): TrunkError | undefined {
  const refusal = refusalSchema.safeParse(answer.json);
  const status = codeByStatus[answer.status];
  if (status === undefined || !refusal.success) return undefined;
  const problems = relevant(problemsOf(refusal.data), about.trunkType);
  // With problems listed, the message above them prints the whole body that was sent, password and all.
  const words = problems.length > 0 ? problems.map(sentence).join("; ") : wordsOf(refusal.data);
  const { code, message, hint } = explain(status, words, about.host);
  return new TrunkError(code, message, {
    hint,
    field: problems.map(fieldOf).find((field) => field !== ""),
    status: answer.status,
    carrier_message: without(about.secret, words),
    applied: false,
  });
}

function problemsOf({
  detail,
  data,
}: {
  detail?: unknown;
  data?: { errors?: Problem[] | null | undefined } | null | undefined;
}): Problem[] {
  return Array.isArray(detail) ? (detail as Problem[]) : (data?.errors ?? []);
}

function wordsOf({ detail, message }: { detail?: unknown; message?: string | null | undefined }): string | undefined {
  return typeof detail === "string" ? detail : (message ?? undefined);
}

const MODEL = /^(.+)TrunkConfig$/;

/** A configuration that fits neither type is answered with the faults that it has as either; only its own concern us. */
function relevant(problems: Problem[], trunkType: string | undefined): Problem[] {
  if (trunkType === undefined) return problems;
  return problems.filter(({ loc }) => {
    const model = loc?.map((part) => MODEL.exec(String(part))?.[1]).find((name) => name !== undefined);
    return model === undefined || model.toLowerCase() === trunkType;
  });
}

function fieldOf({ loc }: Problem): string {
  const parts = (loc ?? []).filter((part) => part !== "body" && !MODEL.test(String(part)));
  // A place in the body that was sent; anything else is foreign text.
  return parts.every((part) => typeof part === "number" || /^[a-z][a-z0-9_]{0,39}$/.test(part)) ? parts.join(".") : "";
}

function sentence(problem: Problem): string {
  return [fieldOf(problem), problem.msg ?? "not accepted"].filter((part) => part !== "").join(": ");
}

function without(secret: string | undefined, words: string | undefined): string | undefined {
  if (secret === undefined) return words;
  const escaped = JSON.stringify(secret).slice(1, -1);
  return words?.replaceAll(secret, "[secret]").replaceAll(escaped, "[secret]");
}

interface Meaning {
  code: ErrorCode;
  message: string;
  hint?: string;
}

function explain(code: ErrorCode, words: string | undefined, host: string): Meaning {
  if (code === "unauthorized") return { code, message: `Vyom at ${host} did not accept VYOM_API_KEY. Nothing was changed.` };
  if (code === "invalid_input" && words === "Trunk is already deactivated") {
    return { code: "conflict", message: "The trunk is already deactivated on Vyom. Nothing was changed." };
  }
  // The framework's own words for a path that it does not serve; a trunk that is missing is "Trunk not found".
  if (code === "not_found" && words === "Not Found") {
    return {
      code: "not_configured",
      message: `${host} serves no such path. Nothing was changed.`,
      hint: "Ask the operator to check VYOM_BASE_URL: it ends before /sip.",
    };
  }
  if (code === "invalid_input") return { code, message: refusedValue("Vyom", words) };
  return { code, message: meanings[code] ?? "Vyom refused the request. Nothing was changed." };
}

const meanings: Partial<Record<ErrorCode, string>> = {
  forbidden: "Vyom does not allow this with this key. Nothing was changed.",
  not_found: "Vyom knows no such trunk of this key's user. Nothing was changed.",
};
