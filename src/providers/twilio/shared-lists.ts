import { TrunkError } from "../../core/errors.ts";
import { cleanText, quoteText, someOf } from "../../core/text.ts";
import type { Exposure } from "../../core/tool.ts";
import type { ListKind, OnTrunk } from "./api.ts";
import type { ListRecord, TrunkRecord } from "./json.ts";
import { isOwn, nameOf, partsOf } from "./list-names.ts";
import type { TwilioReads } from "./reads.ts";
import { toRow } from "./view.ts";

/** The trunks that have each of the lists. Twilio tells it of one trunk at a time: a listing, and one request for each trunk. */
export async function usersOf(
  reads: TwilioReads,
  kind: ListKind,
  lists: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, TrunkRecord[]>> {
  const trunks = await reads.allTrunks(signal);
  const on = await Promise.all(trunks.map(async ({ sid }) => (await reads.attached(sid, kind, signal)).map((list) => list.sid)));
  return new Map(lists.map((list) => [list, trunks.filter((_, index) => on[index]?.includes(list))]));
}

/** The list of a row, which must be on the trunk: what is on others only is not looked at. */
export function listOnTrunk(attached: readonly ListRecord[], listSid: string): ListRecord {
  const list = attached.find(({ sid }) => sid === listSid);
  if (list) return list;
  throw new TrunkError("not_found", "The list that holds it is not on the trunk any more. Nothing was sent.", {
    hint: "Read the trunk with get_trunk: if it was to be removed, it is not there any more.",
    applied: false,
  });
}

/** This trunk, and the others that have one of its lists. */
export async function usersOfList(reads: TwilioReads, kind: ListKind, { sid: list }: ListRecord, trunkSid: string, signal?: AbortSignal) {
  const users = (await usersOf(reads, kind, [list], signal)).get(list) ?? [];
  return { own: users.find(({ sid }) => sid === trunkSid), others: users.filter(({ sid }) => sid !== trunkSid) };
}

/** A change of a list is a change of every trunk that has it, and a person agreed to one of them only. */
export function refuseShared(list: ListRecord, others: readonly TrunkRecord[]): void {
  if (others.length === 0) return;
  const names = others.map((trunk) => `${quoteText(nameOf(trunk))} (${trunk.sid})`);
  throw new TrunkError("conflict", `The list ${quoteText(nameOf(list))} is on other trunks too: ${someOf(names)}. It was not changed.`, {
    hint: "Tell the person which trunks they are: in Twilio's console they can take the list off those, or change it for all of them.",
    applied: false,
    candidates: [],
  });
}

/** Refuses where they are not those that a person would be shown. */
function holdToShown(list: ListRecord, others: readonly TrunkRecord[], shown: readonly string[] = others.map(nameOf)): void {
  const names = others.map((trunk) => quoteText(nameOf(trunk))).join(", ");
  if (names === shown.map((name) => quoteText(name)).join(", ")) return;
  const now = `The list ${quoteText(nameOf(list))} is on ${names === "" ? "no other trunk" : names} now, which is not as it was looked at.`;
  throw new TrunkError("conflict", `${now} Nothing was sent.`, {
    hint: "Ask for it again: the person is then told who has the list now.",
    applied: false,
    candidates: [],
  });
}

/** Attaching a list lets in everything that is in it. */
export function refuseUnshown(list: ListRecord, others: readonly string[]): void {
  if (others.length === 0) return;
  throw new TrunkError(
    "conflict",
    `The list ${quoteText(nameOf(list))} is not on the trunk, and holds ${someOf(others.map((one) => quoteText(one)))}, which would be let in with it. It was not attached.`,
    {
      hint: "If an earlier call for one of these ended half way, make that call again first; otherwise the person empties the list in Twilio's console.",
      applied: false,
      candidates: [],
    },
  );
}

/** A row that is to go: `AL…/IP…`, or a whole list. */
export interface RowRemoval extends OnTrunk {
  id: string;
  /** Names of the other trunks that keep its list, as a plan says them. */
  others?: readonly string[] | undefined;
}

/**
 * The trunks that keep the list of an address, for whoever agrees to the removal. A list that is changed itself may be on no
 * other trunk: that is refused before a person is asked.
 */
export async function listExposure(
  reads: TwilioReads,
  kind: ListKind,
  { trunk_sid, id, others: shown }: RowRemoval,
  signal: AbortSignal,
): Promise<Exposure | undefined> {
  const list = (await reads.attached(trunk_sid, kind, signal)).find(({ sid }) => sid === partsOf(id)[0]);
  if (!list) return undefined;
  const { own, others } = await usersOfList(reads, kind, list, trunk_sid, signal);
  holdToShown(list, others, shown);
  if (kind === "CredentialLists" || isOwn(list, trunk_sid, kind)) refuseShared(list, others);
  if (shown !== undefined || others.length === 0 || !own) return undefined;
  const names = others.map(nameOf);
  const detail = staysOn(names, nameOf(list));
  return { trunk: toRow(own), items: [{ gravity: "changed", what: cleanText(nameOf(list)), detail }], state: names };
}

/** `list`: its name, where it is known. */
export function staysOn(others: readonly string[], list?: string): string {
  const names = others.map((name) => quoteText(name)).join(", ");
  return `The list${list === undefined ? "" : ` ${quoteText(list)}`} is taken off this trunk only: it stays on ${names}, with all its callers.`;
}
