import type { Reporter, TestCase, TestModule, TestSpecification, Vitest } from "vitest/node";
import type { Absence } from "./needs.ts";

/** How many were skipped, and for each kind of absence the names, each of them once. */
export function skipLine(absences: Absence[]): string {
  const namesBy = new Map<string, Set<string>>();
  for (const { names, are } of absences) namesBy.set(are, new Set([...(namesBy.get(are) ?? []), ...names]));
  const reasons = [...namesBy].map(([are, names]) => `${[...names].join(", ")} ${are}`);
  return `${absences.length} skipped: ${reasons.join("; ")}`;
}

/** Prints one line on what a run skipped and why. A skip without a reason fails the run: nobody would miss that test. */
export default class SkipReporter implements Reporter {
  #vitest: Vitest | undefined;
  #isNarrowed = false;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  /** By a name or a line, vitest itself skips all other tests. */
  onTestRunStart(specifications: readonly TestSpecification[]): void {
    const byName = this.#vitest?.getGlobalTestNamePattern() !== undefined;
    this.#isNarrowed = byName || specifications.some(({ testLines }) => testLines !== undefined);
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests("skipped")]);
    const absences = skipped.flatMap((test) => test.meta().absent ?? []);
    if (absences.length > 0) this.#vitest?.logger.log(skipLine(absences));
    const unexplained = this.#isNarrowed ? [] : skipped.filter(isUnexplained);
    if (unexplained.length === 0) return;
    const places = unexplained.map((test) => `\n  ${test.module.relativeModuleId} > ${test.fullName}`);
    this.#vitest?.logger.error(`${unexplained.length} skipped without a reason (test/support/needs.ts gives one):${places.join("")}`);
    process.exitCode = 1;
  }
}

/** A test whose group could not be set up has the mode of one that runs, and has failed the run already. */
function isUnexplained(test: TestCase): boolean {
  const { mode } = test.options;
  return (mode === "skip" || mode === "todo") && test.meta().absent === undefined;
}
