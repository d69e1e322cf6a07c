import type * as z from "zod";
import type { WireAnswer } from "../../core/carrier/wire.ts";
import { isForeignVersion, type Refusal, toTrunkError } from "./errors.ts";
import { errorsDocumentSchema, metaSchema } from "./json.ts";
import type { Spoken } from "./versions.ts";

/** Reads the answers of one account, and listens to the version that they speak. */
export function didwwAnswers(spoken: Spoken, host: string) {
  /** Throws the refusal, if the answer is one. */
  function refuse({ status, json }: WireAnswer): void {
    if (status < 400) return;
    const errors = errorsDocumentSchema.safeParse(json);
    const refusal: Refusal = { status, errors: errors.success ? errors.data.errors : [] };
    const error = toTrunkError(refusal, { host, version: spoken.asked, spoken: spoken.version() });
    // The next write asks first which version it is.
    if (isForeignVersion(refusal, spoken.version())) spoken.forget();
    throw error ?? new Error("a failure without a reason that is known");
  }

  return {
    document<Schema extends z.ZodType>(answer: WireAnswer, schema: Schema): z.infer<Schema> {
      refuse(answer);
      const document = schema.parse(answer.json);
      spoken.hear(metaSchema.parse(answer.json).meta?.api_version);
      return document;
    },

    /** A removal answers 204 without a body; JSON:API also knows a document of nothing but `meta`. */
    removed(answer: WireAnswer): void {
      refuse(answer);
      if (answer.status !== 204 && !metaSchema.parse(answer.json).meta?.api_version) throw new Error("an answer to something else");
    },
  };
}
