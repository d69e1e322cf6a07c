import * as z from "zod";
import { digest } from "../../core/canonical.ts";
import { attemptNotes } from "../../core/carrier/attempt-notes.ts";
import type { WriteOperation } from "../../core/carrier/operation.ts";
import { TrunkError } from "../../core/errors.ts";
import { answered, type LiveKitApi, methodPath } from "./api.ts";
import { anySchema, type Whole } from "./json.ts";

/** The ids of whatever looked the same before a create: no time and no name of LiveKit's tells ours from it. */
const attemptSchema = z.object({ before: z.array(z.string()) });

interface Creation<Input, Found, Output> {
  operation: string;
  method: string;
  body(input: Input): object;
  /** Everything that looks as this create would leave it, with its id. */
  lookalikes(input: Input, signal?: AbortSignal): Promise<{ id: string; found: Found }[]>;
  parse(whole: Whole): Found;
  output(found: Found, input: Input): Output;
}

/** LiveKit has no key against a repeated create, and self-hosted servers stamp no times: the ids from before tell what is new. */
export function creation<Input extends { name: string; auth_password?: string | undefined; pin?: string | undefined }, Found, Output>(
  api: LiveKitApi,
  { operation, method, body, lookalikes, parse, output }: Creation<Input, Found, Output>,
): WriteOperation<Input, Output> {
  /** As the journal has it: without secrets. */
  const keyOf = ({ auth_password: _, pin: __, ...input }: Input) => `create:${method}:${digest(input)}`;
  const notes = attemptNotes(api.memory, attemptSchema, keyOf);

  async function find(input: Input, before: readonly string[]): Promise<Output | undefined> {
    const [own, ...others] = (await lookalikes(input)).filter(({ id }) => !before.includes(id));
    if (others.length === 0) return own && output(own.found, input);
    const candidates = [own, ...others].flatMap((one) => one?.id ?? []);
    throw new TrunkError("outcome_unknown", `${candidates.length} new records look like this call's; which one is ours cannot be told.`, {
      candidates,
    });
  }

  return {
    turn: (input) => `${api.account} ${keyOf(input)}`,

    async settle(input) {
      const attempt = await notes.recall(input);
      return attempt && (await find(input, attempt.before));
    },
    forget: notes.forget,

    async send(input, signal) {
      const before = (await lookalikes(input, signal)).map(({ id }) => id);
      await notes.remember(input, { before });
      return await api.wire.send({
        effect: "write",
        method: "POST",
        operation,
        path: methodPath(method),
        body: body(input),
        parse: (answer) => output(parse(answered(api, answer, anySchema)), input),
        settle: () => find(input, before),
        signal,
      });
    },
  };
}
