import { TrunkError } from "../core/errors.ts";
import type { Screen } from "../core/screen.ts";
import type { JournalAudit, Journals, RowHash, RowsChecked } from "../core/store/journal.ts";
import { cleanText, counted } from "../core/text.ts";
import type { ProgressLine } from "./progress.ts";

export interface AuditOptions {
  /** The tenant whose journal is meant; all of them if none is named. */
  tenant: string | undefined;
  verify: boolean;
  /** `seq:hash`, as an earlier `--verify` printed it. */
  expect: string | undefined;
  seal: boolean;
  json: boolean;
  ofSandbox: boolean;
  screen: Screen;
}

export interface Output {
  print(text: string): void;
  note(text: string): void;
  progress?: ProgressLine;
}

/** Cleans a tenant's name, which anybody who can write to the database may have chosen. */
export function named(tenant: string): string {
  return `Tenant ${cleanText(tenant)}`;
}

const limits =
  `Without TRUNKLINE_MASTER_KEY this finds a row that was changed, moved, or taken out from between others. It does not find rows that
were cut off at either end with the head changed to fit, a journal that was removed and begun again, or a chain that was computed
anew. --expect with an end that you noted earlier finds the last two, and a cut at the end.`.replaceAll("\n", " ");
const unlisted =
  "The list of sealed journals was changed or removed, or sealed with another TRUNKLINE_MASTER_KEY. A tenant's whole journal may be gone.";

/** Runs `trunkline audit --verify`. */
export async function verifyJournals(
  journals: Journals,
  tenants: string[],
  listed: boolean,
  { expect, json }: AuditOptions,
  { print, note, progress }: Output,
): Promise<number> {
  const expected = expect === undefined ? undefined : parseExpected(expect, tenants);
  const say = (finding: object, message: string) => print(json ? `${JSON.stringify({ ...finding, message })}\n` : `${message}\n`);
  let rows = 0;
  let holds = listed;
  if (!listed) say({ holds }, unlisted);
  for (const tenant of tenants) {
    const told: RowsChecked = (done, total) => progress?.tell(done, total, `${named(tenant)}: rows checked`);
    const audit = await journals.audit(tenant, expected, told).finally(progress?.end);
    const verdict = judge(tenant, audit, journals);
    const { problem, end, sealedFrom } = audit;
    say({ tenant, holds: verdict.holds, rows: audit.rows, problem, end, sealed_from: sealedFrom }, verdict.message);
    rows += audit.rows;
    holds &&= verdict.holds;
  }
  if (tenants.length === 0) say({ holds: false, rows }, nothingFound("", journals));
  if (!journals.keyed) note(limits);
  return holds && rows > 0 ? 0 : 1;
}

function parseExpected(text: string, tenants: string[]): RowHash {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new TrunkError("invalid_input", "--expect takes seq:hash, as audit --verify prints it.");
  if (tenants.length > 1)
    throw new TrunkError("invalid_input", `--expect needs --tenant here: one of ${tenants.map((name) => cleanText(name)).join(", ")}.`);
  return { seq: Number(seq), hash };
}

function judge(tenant: string, { rows, problem, end, sealedFrom }: JournalAudit, journals: Journals): { holds: boolean; message: string } {
  const name = named(tenant);
  const all = `${name}: all ${counted(rows, "row")} hold together`;
  if (problem)
    return { holds: false, message: `${name}: row ${problem.seq} ${problem.what}. Rows that hold together up to there: ${rows}.` };
  if (!end) return { holds: false, message: nothingFound(` of tenant ${cleanText(tenant)}`, journals) };
  const noted = `${end.seq}:${end.hash}`;
  if (journals.keyed && sealedFrom === undefined) {
    const why = "it was written without TRUNKLINE_MASTER_KEY, or its seal was removed";
    return {
      holds: false,
      message: `${all}, but their end, ${noted}, is not sealed: ${why}. If you trust this end, audit --seal seals it.`,
    };
  }
  if (rows === 0) {
    const pruned = sealedFrom === undefined ? "were pruned, or removed with the head changed to fit" : "were pruned, says the sealed head";
    return {
      holds: sealedFrom !== undefined,
      message: `${name}: no row was found in ${journals.where}; those up to row ${end.seq} ${pruned}.`,
    };
  }
  const since = sealedFrom === undefined || sealedFrom <= 1 ? "" : ` They are sealed since row ${sealedFrom}.`;
  return { holds: true, message: `${all}.${since} Note their end, for --expect: ${noted}` };
}

function nothingFound(whose: string, { where }: Journals): string {
  return `No row${whose} was found in ${where}: nothing was ever written to this journal, or all of it was removed.`;
}

/** Runs `trunkline audit --seal`, for rows from before the key, and after the key was changed. The operator has looked at the ends. */
export async function sealJournals(journals: Journals, tenants: string[], { print }: Output): Promise<number> {
  if (!journals.keyed) throw new TrunkError("not_configured", "audit --seal needs TRUNKLINE_MASTER_KEY.");
  let sealedAll = true;
  for (const tenant of tenants) {
    if ((await journals.audit(tenant)).sealedFrom !== undefined) continue;
    const sealed = await journals.seal(tenant);
    print(
      `${named(tenant)}: ${sealed ? "sealed as it is." : "not sealed, since its rows do not hold together. audit --verify tells more."}\n`,
    );
    sealedAll &&= sealed;
  }
  return sealedAll ? 0 : 1;
}
