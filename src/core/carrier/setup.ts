import * as z from "zod";

/** The purpose of a trunk decides what it needs. */
export const useCaseSchema = z.enum(["outbound", "inbound", "voice_ai"]);
export type UseCase = z.infer<typeof useCaseSchema>;

/** One trunk as somebody wants it. Left out means: not asked about, so it stays as it is. */
export const oneSetupSchema = z.strictObject({
  provider: z.string().max(32),
  /** Absent in files where a trunk is not (yet) fit for one: then nothing is required of it. */
  use_case: useCaseSchema.optional().describe("voice_ai: numbers in mode flow"),
  trunk: z.string().min(1).max(255).describe("Name of a new trunk, or id or name of an existing one"),
  numbers: z.array(z.string().max(32)).max(2_000).optional().describe("E.164"),
  ips: z.array(z.string().max(49)).max(200).optional().describe("Who may call: 44.248.146.11 or 44.248.146.8/29"),
  destinations: z.array(z.string().max(300)).max(100).optional().describe("Inbound: host:port;transport=tls or tcp"),
  alias: z.string().max(32).optional().describe("Caller id shown instead of the number"),
  credentials: z.array(z.string().max(64)).max(20).optional().describe("User names of logins; passwords are generated"),
  options: z.record(z.string().max(64), z.unknown()).optional(),
});
export type Setup = z.infer<typeof oneSetupSchema>;

/** As much of a provider as a description of setups names. */
interface SetupCarrier {
  id: string;
  title: string;
  setupOptions?: string;
}

/** The fields that carriers differ in, described for a model or an editor. */
export function setupFields(carriers: readonly SetupCarrier[]) {
  const ids = carriers.map(({ id }) => id);
  const options = carriers.flatMap(({ title, setupOptions }) => (setupOptions === undefined ? [] : [`${title} ${setupOptions}`]));
  const { provider, options: record } = oneSetupSchema.shape;
  return {
    provider: provider.describe([ids.slice(0, -1).join(", "), ...ids.slice(-1)].filter((part) => part !== "").join(" or ")),
    options: record.describe(`The carrier's own: ${options.join("; ")}`),
  };
}

/** The input of a plan: one setup, and more beside it. Flat, because models fill flat objects best. */
export const setupSchema = oneSetupSchema.required({ use_case: true }).extend({
  also: z.array(z.looseObject({})).max(100).optional().describe("More setups, with these same fields"),
});
export type WantedSetups = z.infer<typeof setupSchema>;
