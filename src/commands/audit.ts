import type { Journal, JournalRow, Journals } from "../core/store/journal.ts";
import { cleanText, cleanValue, quoteText } from "../core/text.ts";
import { localJournals } from "../startup/local.ts";
import { defineCommand, ofSandbox } from "./command.ts";
import { type AuditOptions, named, type Output, sealJournals, verifyJournals } from "./verify-journals.ts";

export default defineCommand({
  flags: {
    tenant: { type: "string", takes: "NAME", help: "print or check one tenant's journal instead of all" },
    verify: { type: "boolean", help: "check that no row was changed, removed or moved; exit code 1 if one was" },
    expect: { type: "string", takes: "SEQ:HASH", help: "check that a row that you noted is still there as it was" },
    seal: { type: "boolean", help: "seal the ends of the journals with the master key" },
    json: { type: "boolean", help: "print JSON lines" },
    ...ofSandbox,
  },
  examples: ["trunkline audit --tenant acme", "trunkline audit --verify"],
  async run({ flags: { sandbox, live, ...flags } }, ports) {
    const { journals, sandboxed } = await localJournals({ sandbox, live }, ports);
    // A reader that takes only the beginning, as `head` does, closes the pipe.
    ports.stdout.on("error", () => ports.exit());
    const output = { print: (text: string) => void ports.stdout.write(text), note: (text: string) => void ports.stderr.write(`${text}\n`) };
    return await runAudit(journals, { ...flags, ofSandbox: sandboxed }, output);
  },
});

const BATCH = 500;

/** Runs `trunkline audit`. Answers 1 if a journal does not hold together, or there is none to check. */
export async function runAudit(journals: Journals, options: AuditOptions, output: Output): Promise<number> {
  const { tenants, holds } = await journals.list();
  const chosen = options.tenant === undefined ? tenants : [options.tenant];
  if (options.seal) return await sealJournals(journals, chosen, output);
  if (!options.verify && options.expect === undefined) return await printJournals(journals, chosen, options, output);
  return await verifyJournals(journals, chosen, holds, options, output);
}

/** Prints every row, newest last, for a person or as JSON lines for a program. */
async function printJournals(
  journals: Journals,
  tenants: string[],
  { json, ofSandbox }: AuditOptions,
  { print, note }: Output,
): Promise<number> {
  let printed = 0;
  let open = 0;
  const heading = !json && tenants.some((tenant) => tenant !== "local");
  for (const tenant of tenants) {
    if (heading) print(`${named(tenant)}:\n`);
    const journal = journals.of(tenant);
    printed += await printRows(journal, json ? (row) => print(`${JSON.stringify({ tenant, ...row })}\n`) : describing(print));
    open += (await journal.unsettled()).length;
  }
  // A write without a known outcome is what a reader looks for first.
  if (open > 0) note(open === 1 ? "The outcome of one write is not known." : `The outcome of ${open} writes is not known.`);
  if (printed === 0)
    note(
      `No write was journaled in ${journals.where}. ${ofSandbox ? "This is the sandbox; --live shows those of live accounts" : "--sandbox shows those of the sandbox"}.`,
    );
  return 0;
}

async function printRows(journal: Journal, printRow: (row: JournalRow) => void): Promise<number> {
  let printed = 0;
  for await (const row of rowsOf(journal)) {
    printRow(row);
    printed += 1;
  }
  return printed;
}

/** Names the row of its intent in the line of an outcome. */
function describing(print: (text: string) => void): (row: JournalRow) => void {
  const begun = new Map<string, number>();
  return (row) => {
    if (row.phase === "intent") begun.set(row.intent, row.seq);
    print(`${describe(row, begun.get(row.intent))}\n`);
    if (row.phase === "done" || row.phase === "failed") begun.delete(row.intent);
  };
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

/** Cleans the arguments, which an agent chose: they stay on one line and steer no terminal. */
function describe(row: JournalRow, begunAs: number | undefined): string {
  const when = new Date(row.at).toISOString().replace("T", " ").slice(0, 19);
  const what =
    row.phase === "intent"
      ? `by ${cleanText(row.principal)}${agreed(row)}: ${JSON.stringify(cleanValue(row.redacted))}`
      : `${begunAs === undefined ? "" : `(row ${begunAs})`}${row.detail === undefined ? "" : ` ${cleanText(row.detail)}`}`;
  return `${String(row.seq).padStart(6)}  ${when}  ${row.phase.padEnd(7)}  ${cleanText(row.tool)} ${what}`.trimEnd();
}

/** Names the trunk that the write found, and the approval that it had. */
function agreed({ approval, about, shown }: JournalRow): string {
  const trunk = about && `on ${cleanText(about.provider)} trunk ${quoteText(about.trunk_name)} (${cleanText(about.trunk_id)})`;
  const approved = approval === undefined ? undefined : `approved as ${cleanText(approval)}`;
  const read = shown === undefined ? undefined : `shown ${cleanText(shown)}`;
  return [trunk, approved, read].map((part) => (part === undefined ? "" : `, ${part}`)).join("");
}
