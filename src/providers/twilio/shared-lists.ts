import { TrunkError } from "../../core/errors.ts";
import { quoteText, someOf } from "../../core/text.ts";
import type { ListKind } from "./api.ts";
import type { ListRecord } from "./json.ts";
import type { TwilioReads } from "./reads.ts";

/** A change of a list is a change of every trunk that has it, and a person agreed to one of them only. Two requests, and one for each other trunk. */
export async function refuseShared(
  reads: TwilioReads,
  kind: ListKind,
  list: ListRecord,
  trunkSid: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const others = (await reads.allTrunks(signal)).filter(({ sid }) => sid !== trunkSid);
  const users = await Promise.all(
    others.map(async (trunk) => ((await reads.attached(trunk.sid, kind, signal)).some(({ sid }) => sid === list.sid) ? [trunk] : [])),
  );
  const names = users.flat().map(({ friendly_name, sid }) => `${quoteText(friendly_name || sid)} (${sid})`);
  if (names.length === 0) return;
  throw new TrunkError("conflict", `The list ${nameOf(list)} is on other trunks too: ${someOf(names)}. It was not changed.`, {
    hint: "Tell the person which trunks they are: in Twilio's console they can take the list off those, or change it for all of them.",
    applied: false,
    candidates: [],
  });
}

/** Attaching a list lets in everything that is in it. */
export function refuseUnshown(list: ListRecord, others: readonly string[]): void {
  if (others.length === 0) return;
  throw new TrunkError(
    "conflict",
    `The list ${nameOf(list)} is not on the trunk, and holds ${someOf(others.map((one) => quoteText(one)))}, which would be let in with it. It was not attached.`,
    {
      hint: "If an earlier call for one of these ended half way, make that call again first; otherwise the person empties the list in Twilio's console.",
      applied: false,
      candidates: [],
    },
  );
}

function nameOf({ friendly_name, sid }: ListRecord): string {
  return quoteText(friendly_name || sid);
}
