import { TrunkError } from "../errors.ts";
import type { WriteOperation } from "./operation.ts";

/** The requests of one write, made in turn. */
export interface Requests {
  /** For reads. None once a request took effect: a write that has begun is followed to its end. */
  readonly signal: AbortSignal | undefined;
  /** Makes one request, which settles itself. `done`: what is so afterwards, for a person, should a later one fail. */
  make<Input, Output>(request: Pick<WriteOperation<Input, Output>, "send">, input: Input, done: string): Promise<Output>;
}

interface SeveralSpec<Input, Output> extends Pick<WriteOperation<Input, Output>, "settle" | "thin" | "turn"> {
  /** Reads first what is there already, so that the same call again does only the rest. */
  run(input: Input, requests: Requests): Promise<Output>;
}

/** A write of several requests with one end state, which `settle` looks for: it is one write to everyone else. */
export function severalWrites<Input, Output>({ run, ...rest }: SeveralSpec<Input, Output>): WriteOperation<Input, Output> {
  return {
    ...rest,
    async send(input, signal) {
      const done: string[] = [];
      let settled = false;
      const requests: Requests = {
        get signal() {
          return done.length > 0 ? undefined : signal;
        },
        async make(request, given, words) {
          const sent = await request.send(given, this.signal);
          done.push(words);
          settled ||= sent.settled;
          return sent.value;
        },
      };
      try {
        return { value: await run(input, requests), settled };
      } catch (error) {
        throw error instanceof TrunkError && done.length > 0 ? halfDone(error, done) : error;
      }
    },
  };
}

/** Neither as it was before nor as it was to be. */
function halfDone(error: TrunkError, done: readonly string[]): TrunkError {
  // True of the request that failed, and not of the call.
  const message = error.message.replace(/ Nothing was \w+\./g, "");
  return new TrunkError(error.code, `${message} Before that, this was done: ${done.join(", ")}.`, {
    ...error.details,
    applied: "unknown",
    hint: "Read the trunk with get_trunk; the same call again does the rest.",
  });
}
