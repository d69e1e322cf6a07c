import { expect, test } from "vitest";
import { progressOn, readingOn } from "../../src/commands/progress.ts";
import { describeTrunks } from "../../src/plans/connecting/export-trunks.ts";
import { observe } from "../../src/plans/planning/observe.ts";
import { placed } from "../plans/support.ts";
import { startTrunkline } from "../support/trunkline.ts";

function stderrOf(isTTY: boolean) {
  const written: string[] = [];
  return { written, ports: { stderr: { isTTY, columns: 80, write: (text: string) => written.push(text) > 0 } as never, environment: {} } };
}

test("a plan and an export tell of each trunk that they read", async () => {
  const trunkline = await startTrunkline();
  for (const trunk_name of ["one", "two", "three"]) await trunkline.call("exotel_create_trunk", { trunk_name });
  const signal = AbortSignal.timeout(60_000);
  const { carriers } = trunkline.scope;
  const told: string[] = [];
  const progress = (done: number, total: number, message: string) => void told.push(`${done} of ${total} ${message}`);
  const all = (names: string[]) => names.map((name) => expect.stringMatching(new RegExp(`^\\d of 3 Read "${name}" at Exotel$`)));
  await observe(placed([{ provider: "exotel", trunk: "one" }]), carriers, { prune: true, signal, progress });
  expect(told.splice(0)).toEqual(expect.arrayContaining(all(["one", "two", "three"])));
  await describeTrunks({ carriers, sandbox: true }, signal, progress);
  expect(told.map((line) => line.split(" ")[0])).toEqual(["1", "2", "3"]);
  await trunkline.close();
});

test("reading is shown in a terminal, on one line that is taken off; in a pipe it is no news", () => {
  const screen = stderrOf(true);
  const shown = readingOn(screen.ports);
  shown.tell(1, 3, 'Read "one" at Exotel');
  shown.end();
  expect(screen.written).toEqual([expect.stringContaining('1 of 3 Read "one" at Exotel'), "\r\u001b[2K"]);
  const pipe = stderrOf(false);
  readingOn(pipe.ports).tell(1, 3, 'Read "one" at Exotel');
  expect(pipe.written).toEqual([]);
  // A change of a trunk is news wherever it is read.
  progressOn(pipe.ports).tell(1, 3, "Map 1 number");
  expect(pipe.written).toEqual(["1 of 3: Map 1 number\n"]);
});
