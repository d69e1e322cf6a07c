import * as z from "zod";
import { causeSchema, explain, explainInput } from "../../src/check/explain-sip-code.ts";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { defineTool } from "../../src/core/tool.ts";
import { providers } from "../../src/providers/index.ts";

const { code, ...rest } = explainInput.shape;

/** A field for each carrier that has error codes of its own beside SIP's. */
export function errorCodeFields(carriers: readonly AnyProvider[]) {
  const withCodes = carriers.filter(({ errorCodeHeader }) => errorCodeHeader !== undefined);
  const field = (header = "") => z.string().max(16).optional().describe(header);
  return {
    input: Object.fromEntries(withCodes.map(({ id, errorCodeHeader }) => [`${id}_error_code`, field(errorCodeHeader)])),
    output: Object.fromEntries(withCodes.map(({ id }) => [id, z.string().optional()])),
  };
}

const fields = errorCodeFields(providers);
const input = z.strictObject({ code, ...fields.input, ...rest });

export default defineTool({
  name: "explain_sip_code",
  title: "Explain a SIP response code",
  description: "Lists a code's likely causes and what decides between them. With a trunk, one call also weighs its entries and settings.",
  toolset: "sip",
  effect: "read",
  input,
  output: z.object({ code: z.number(), means: z.string(), ...fields.output, causes: z.array(causeSchema) }),
  async run({ code, provider, trunk_id, ...codes }: z.infer<typeof input> & Record<string, unknown>, context) {
    const diagnoses = await Promise.all(providers.map(async ({ id, diagnosis }) => [id, await diagnosis?.()] as const));
    const explained = await explain({ code, provider, trunk_id }, context, new Map(diagnoses));
    const meanings = diagnoses.flatMap(([id, diagnosis]) => {
      const own = codes[`${id}_error_code`];
      return typeof own !== "string" ? [] : [[id, diagnosis?.errorCode?.(own)] as const];
    });
    return { ...explained, ...Object.fromEntries(meanings) };
  },
});
