import { screenOf } from "../core/screen.ts";
import type { Journal, JournalRow, Journals } from "../core/store/journal.ts";
import { localJournals } from "../startup/local.ts";
import { type AuditLines, auditLines } from "./audit-lines.ts";
import { defineCommand, ofSandbox } from "./command.ts";
import { readingOn } from "./progress.ts";
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
    const output: Output = {
      print: (text) => void ports.stdout.write(text),
      note: (text) => void ports.stderr.write(`${text}\n`),
      progress: readingOn(ports),
    };
    // In a pipe, one line is one write.
    const screen = { ...screenOf(ports.stdout, ports.environment), ...(ports.stdout.isTTY ? {} : { width: Number.POSITIVE_INFINITY }) };
    return await runAudit(journals, { ...flags, ofSandbox: sandboxed, screen }, output);
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

/** Prints every write as a sentence, newest last, or every row as a JSON line for a program. */
async function printJournals(
  journals: Journals,
  tenants: string[],
  { json, ofSandbox, screen }: AuditOptions,
  { print, note }: Output,
): Promise<number> {
  let printed = 0;
  let open = 0;
  const heading = !json && tenants.some((tenant) => tenant !== "local");
  for (const tenant of tenants) {
    if (heading) print(`${named(tenant)}:\n`);
    const lines = json ? jsonLines(tenant, print) : await auditLines(screen, print);
    const journal = journals.of(tenant);
    printed += await printRows(journal, lines.add);
    lines.end();
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

function jsonLines(tenant: string, print: (text: string) => void): AuditLines {
  return { add: (row) => print(`${JSON.stringify({ tenant, ...row })}\n`), end: () => {} };
}

async function printRows(journal: Journal, printRow: (row: JournalRow) => void): Promise<number> {
  let printed = 0;
  for await (const row of rowsOf(journal)) {
    printRow(row);
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
