import type { Journal, JournalRow } from "../core/store/store.ts";
import { cleanText, cleanValue, quoteText } from "../core/text.ts";

const BATCH = 500;

/** `trunkline audit`: every row, newest last, for a person or as JSON lines for a program; how many there were. */
export async function printJournal(journal: Journal, json: boolean, print: (text: string) => void): Promise<number> {
  const begun = new Map<string, number>();
  let printed = 0;
  for await (const row of rowsOf(journal)) {
    if (row.phase === "intent") begun.set(row.intent, row.seq);
    print(json ? `${JSON.stringify(row)}\n` : `${describe(row, begun.get(row.intent))}\n`);
    if (row.phase === "done" || row.phase === "failed") begun.delete(row.intent);
    printed += 1;
  }
  return printed;
}

async function* rowsOf(journal: Journal): AsyncGenerator<JournalRow> {
  let last = 0;
  for (;;) {
    const rows = await journal.rows(last, BATCH);
    yield* rows;
    last = rows.at(-1)?.seq ?? last;
    if (rows.length < BATCH) return;
  }
}

/** An agent chose the arguments: they are one clean line, whatever is in them. */
function describe(row: JournalRow, begunAs: number | undefined): string {
  const when = new Date(row.at).toISOString().replace("T", " ").slice(0, 19);
  const what =
    row.phase === "intent"
      ? `by ${cleanText(row.principal)}${agreed(row)}: ${JSON.stringify(cleanValue(row.redacted))}`
      : `${begunAs === undefined ? "" : `(row ${begunAs})`}${row.detail === undefined ? "" : ` ${cleanText(row.detail)}`}`;
  return `${String(row.seq).padStart(6)}  ${when}  ${row.phase.padEnd(7)}  ${cleanText(row.tool)} ${what}`.trimEnd();
}

/** The trunk that was there, and the agreement to what was to happen to it. */
function agreed({ approval, about, shown }: JournalRow): string {
  const trunk = about && `on ${cleanText(about.provider)} trunk ${quoteText(about.trunk_name)} (${cleanText(about.trunk_id)})`;
  const approved = approval === undefined ? undefined : `approved as ${cleanText(approval)}`;
  const read = shown === undefined ? undefined : `shown ${cleanText(shown)}`;
  return [trunk, approved, read].map((part) => (part === undefined ? "" : `, ${part}`)).join("");
}

/** Writes whose outcome nobody knows: the first thing that somebody who reads the journal looks for. */
export async function unsettledSentence(journal: Journal): Promise<string | undefined> {
  const { length } = await journal.unsettled();
  if (length === 0) return undefined;
  return length === 1 ? "The outcome of one write is not known." : `The outcome of ${length} writes is not known.`;
}

/** `trunkline audit --verify` */
export async function verifyJournal(journal: Journal, json: boolean, print: (text: string) => void): Promise<boolean> {
  const { rows, problem } = await journal.verify();
  if (json) print(`${JSON.stringify({ rows, problem })}\n`);
  else if (problem) print(`Row ${problem.seq} ${problem.what}. The ${rows} rows before it hold together.\n`);
  else print(`All ${rows} rows hold together: none was changed, removed or moved.\n`);
  return problem === undefined;
}
