import { readFile } from "node:fs/promises";
import { whereOf } from "../core/carrier/where.ts";
import { TrunkError } from "../core/errors.ts";
import { type Screen, screenOf } from "../core/screen.ts";
import { quoteText } from "../core/text.ts";
import type { Scope } from "../pipeline/scope.ts";
import { planFile } from "../plans/connecting/plan-file.ts";
import { diffJson, diffText, exitCode } from "../plans/planning/diff-text.ts";
import { withExposure } from "../plans/planning/judge-steps.ts";
import { plannersOf } from "../plans/planning/observe.ts";
import type { Planned } from "../plans/planning/plan-content.ts";
import { parseFile } from "../plans/planning/trunks-file.ts";
import { type LocalPorts, localScope } from "../startup/local.ts";
import { defineCommand, type Flags, type Given, type ProcessPorts } from "./command.ts";
import { type ProgressLine, readingOn } from "./progress.ts";

export const trunksFile = { name: "file", help: "your trunks, as trunkline export prints them" } as const;

export const planFlags = {
  prune: { type: "boolean", help: "remove what the file does not name, too" },
  json: { type: "boolean", help: "print JSON, as it does anyway where the output is no terminal" },
} as const satisfies Flags;

export const pruneNotes =
  "A field that the file leaves out is not touched; an empty list empties it. With --prune, what a trunk has beyond the file's lists is removed, and so are trunks that the file does not name, of those carriers that it does name.";

export default defineCommand({
  word: trunksFile,
  flags: planFlags,
  notes: `${pruneNotes} It changes nothing. Exit code 0: nothing to change; 2: changes; 1: a question that you must answer first, or an error.`,
  examples: ["trunkline plan trunks.yaml", "trunkline plan trunks.yaml --prune"],
  async run(given, ports) {
    const printing = printingOf(given, ports);
    const planned = await planOf(given, printing.scope, readingOn(ports));
    await printPlan(planned, printing);
    return exitCode(planned);
  },
});

export interface Printing {
  scope: Scope;
  json: boolean;
  screen: Screen;
  print(text: string): void;
}

export function printingOf({ flags }: Given<typeof planFlags>, ports: LocalPorts & Pick<ProcessPorts, "stdout">): Printing {
  const { stdout, environment } = ports;
  return {
    scope: localScope(ports),
    json: flags.json || !stdout.isTTY,
    screen: screenOf(stdout, environment),
    print: (text) => void stdout.write(text),
  };
}

export async function planOf(
  { word: file, flags: { prune } }: Given<typeof planFlags>,
  scope: Scope,
  { tell, end }: ProgressLine,
): Promise<Planned> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new TrunkError("invalid_input", `${quoteText(file, 1_000)} cannot be read. Nothing was done.`);
  });
  const entries = await parseFile(text);
  const { signal } = new AbortController();
  const planned = await planFile(entries, scope, { prune, signal, progress: tell }).finally(end);
  return await withExposure(planned, scope.carriers, scope.policy.ask);
}

/** First of all: whether this is the sandbox, or which account. */
function whereLine(scope: Scope, { paint }: Screen): string {
  const { sandbox, text } = whereOf(scope);
  return `${paint("bold", paint(sandbox ? "cyan" : "yellow", `${text}.`))}\n`;
}

export async function printPlan(planned: Planned, { json, screen, print, scope }: Printing): Promise<void> {
  if (!json) print(whereLine(scope, screen));
  print(
    json ? `${JSON.stringify(diffJson(planned), null, 2)}\n` : diffText(planned, { screen, planners: await plannersOf(scope.carriers) }),
  );
}
