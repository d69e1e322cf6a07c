import type { Progress } from "../../core/plan-progress.ts";
import type { Scope } from "../../pipeline/scope.ts";

/** A carrier that did not answer at a plan's end may answer later. */
const SETTLE_AFTER_MS = [1_000, 5_000, 30_000, 120_000];

export interface Run {
  ended: Promise<void>;
  listeners: Set<Progress>;
}

/** The plans that this process runs at the moment, for one tenant. */
export class PlanRuns {
  readonly #runs = new Map<string, Run>();
  readonly #stop = new AbortController();

  /** Runs a plan in the background, if no other process has it. Undefined once the runs were stopped. */
  run(id: string, scope: Scope): Run | undefined {
    if (this.stopped) return undefined;
    const known = this.#runs.get(id);
    if (known) return known;
    const listeners = new Set<Progress>();
    const say: Progress = (...said) => {
      for (const listener of listeners) listener(...said);
    };
    const run = { ended: this.#execute(id, scope, say), listeners };
    this.#runs.set(id, run);
    return run;
  }

  async #execute(id: string, scope: Scope, say: Progress): Promise<void> {
    try {
      const { runPlan } = await import("./run-plan.ts");
      if (await runPlan(id, scope, this.#stop.signal, say)) this.#settleLater(id, scope, SETTLE_AFTER_MS);
    } catch (error) {
      scope.log.error({ plan: id, error }, "a plan stopped; it will be resumed");
    } finally {
      this.#runs.delete(id);
    }
  }

  #settleLater(id: string, scope: Scope, [afterMs, ...later]: readonly number[]): void {
    if (afterMs === undefined) return;
    const settle = async () => {
      if (this.stopped) return;
      const { settleStopped } = await import("./settle-left.ts");
      if (!(await settleStopped(id, scope).catch(() => false))) this.#settleLater(id, scope, later);
    };
    // A process that has nothing else to do ends: what is left is settled by the next call or the next start.
    setTimeout(() => void settle(), afterMs).unref();
  }

  /** Ends each run after the step that it is at; another process goes on with them. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled([...this.#runs.values()].map(({ ended }) => ended));
  }

  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }
}
