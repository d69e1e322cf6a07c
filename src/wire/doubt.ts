import type { WireAnswer } from "../core/carrier/wire.ts";
import { cleanText } from "../core/text.ts";
import { isDoubtful, isOverloaded, retryAfterMs } from "./retry.ts";

/** The doubt that an answer, or the lack of one, leaves. */
export interface Doubt {
  reason: string;
  status?: number | undefined;
  /** The carrier asked for patience, or is known to come back: told to whoever calls again. */
  retry?: { retry_after_seconds?: number; hint: string } | undefined;
}

/** The doubt that an answer leaves which is no success and no refusal. `now`: the carrier's. */
export function doubtOf(answer: WireAnswer, now: number): Doubt {
  const { status, headers } = answer;
  if (!isOverloaded(status)) return { reason: isDoubtful(status) ? `it answered ${status}` : unreadable(answer), status };
  const waitMs = retryAfterMs(headers["retry-after"], now);
  return {
    reason: `it is not available for the moment (${status})`,
    status,
    retry: {
      ...(waitMs === undefined ? {} : { retry_after_seconds: Math.ceil(waitMs / 1000) }),
      hint: `This is temporary: call again ${waitMs === undefined ? "in a minute" : "after retry_after_seconds"}.`,
    },
  };
}

function unreadable({ status, headers, json }: WireAnswer): string {
  const type = cleanText(headers["content-type"] ?? "no content type", 40);
  return json === undefined
    ? `it answered ${status} with something that is not JSON (${type})`
    : `it answered ${status} in a shape that is not known`;
}
