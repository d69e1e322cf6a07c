import { type Colour, folded, type Screen } from "../core/screen.ts";
import type { JournalRow } from "../core/store/journal.ts";
import { cleanText, cleanValue, quoteText } from "../core/text.ts";
import { loadSurface } from "../mcp/surface.ts";

/** Writes whose outcome is known, as sentences; at the end those that have none. */
export interface AuditLines {
  add(row: JournalRow): void;
  end(): void;
}

type Known = "done" | "failed" | "unknown";

const marks: Record<Known, [mark: string, colour: Colour]> = { done: ["✓", "green"], failed: ["✗", "red"], unknown: ["?", "yellow"] };
const past: Readonly<Record<string, string>> = { Map: "Mapped", Unmap: "Unmapped", Set: "Set", Write: "Wrote" };

/** One line for each write, under its day, in the reader's own time zone. */
export async function auditLines({ paint, width }: Screen, print: (text: string) => void): Promise<AuditLines> {
  const titles = new Map((await loadSurface()).tools.map(({ listed: { name, title } }) => [name, title]));
  const begun = new Map<string, JournalRow>();
  let day = "";
  const write = (intent: JournalRow, at: number, outcome: Known, detail?: string) => {
    const today = days.format(at);
    if (today !== day) print(`${paint("bold", today)}\n`);
    day = today;
    const [mark, colour] = marks[outcome];
    const said = `${sentence(intent, titles.get(intent.tool) ?? cleanText(intent.tool), outcome)}${detail === undefined ? "" : ` Because: ${cleanText(detail)}`}`;
    print(`  ${paint("dim", times.format(at))}  ${paint(colour, mark)} ${folded(said, width, 14)}\n`);
  };
  return {
    add: (row) => {
      if (row.phase === "intent") begun.set(row.intent, row);
      if (row.phase !== "done" && row.phase !== "failed") return;
      // The row of an old intent may have been pruned.
      write(begun.get(row.intent) ?? row, row.at, row.phase, row.detail);
      begun.delete(row.intent);
    },
    end: () => {
      for (const row of begun.values()) write(row, row.at, "unknown");
    },
  };
}

const days = new Intl.DateTimeFormat("en-GB", { dateStyle: "full" });
const times = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

function sentence(row: JournalRow, title: string, outcome: Known): string {
  const [verb = "", ...rest] = title.split(" ");
  const act = outcome === "done" ? `${past[verb] ?? (verb.endsWith("e") ? `${verb}d` : `${verb}ed`)} ${rest.join(" ")}` : title;
  const begin = outcome === "done" ? act : `${outcome === "failed" ? "Not done" : "Outcome not known"}: ${act}`;
  const parts = [
    `${begin}${row.about ? `, trunk ${quoteText(row.about.trunk_name)} (${cleanText(row.about.trunk_id)})` : ""}${given(row)}.`,
    ...(row.approval === undefined ? [] : [`A person agreed (${cleanText(row.approval)}).`]),
    // Everybody who needs no token is the person at this machine.
    ...(row.principal === "local" ? [] : [`By ${cleanText(row.principal)}.`]),
  ];
  return parts.join(" ");
}

/** An agent chose the arguments: they stay on one line and steer no terminal. The trunk itself is named before them. */
function given({ redacted, about }: JournalRow): string {
  const said = Object.entries(cleanValue(redacted) as Record<string, unknown>).flatMap(([name, value]) =>
    value === about?.trunk_id || value === undefined
      ? []
      : [`${cleanText(name)} ${typeof value === "string" ? value : JSON.stringify(value)}`],
  );
  return said.length === 0 ? "" : `: ${said.join(", ")}`;
}
