/** Told after each step: how many are done, of how many, and what was done last. */
export type Progress = (done: number, total: number, message: string) => void;

export interface Run {
  ended: Promise<void>;
  listeners: Set<Progress>;
}

/** The plans that this process runs at the moment, for one tenant. */
export class PlanRuns {
  readonly #runs = new Map<string, Run>();
  readonly #stop = new AbortController();

  /** The run of this plan; `begin` is called when there is none. */
  ensure(id: string, begin: (stop: AbortSignal, say: Progress) => Promise<void>): Run {
    const known = this.#runs.get(id);
    if (known) return known;
    const listeners = new Set<Progress>();
    const say: Progress = (...said) => {
      for (const listener of listeners) listener(...said);
    };
    const ended = begin(this.#stop.signal, say).finally(() => this.#runs.delete(id));
    const run = { ended, listeners };
    this.#runs.set(id, run);
    return run;
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
