import * as z from "zod";

/** The purpose of a trunk decides what it needs. */
export const useCaseSchema = z.enum(["outbound", "inbound", "voice_ai"]);
export type UseCase = z.infer<typeof useCaseSchema>;

/** The parts of a trunk that a setup can describe whole. */
export const exactParts = ["numbers", "ips", "destinations", "credentials", "alias"] as const;
export type ExactPart = (typeof exactParts)[number];

const words = (length: number, most: number) => z.array(z.string().max(length)).max(most);

/** Undescribed, for `also`. */
const fields = {
  provider: z.string().max(32),
  use_case: useCaseSchema,
  trunk: z.string().min(1).max(255),
  new_name: z.string().min(1).max(255),
  numbers: words(32, 2_000),
  ips: words(49, 200),
  destinations: words(300, 100),
  alias: z.string().max(32),
  expect_alias: z.string().max(32),
  credentials: words(64, 20),
  remove: words(300, 500),
  exactly: z.array(z.enum(exactParts)).max(exactParts.length),
  options: z.record(z.string().max(64), z.unknown()),
};

/** One trunk as somebody wants it. Left out means: not asked about, so it stays as it is. */
export const oneSetupSchema = z.strictObject({
  provider: fields.provider,
  /** Absent where a trunk is not (yet) fit for one: then nothing is required of it. */
  use_case: fields.use_case.optional().describe("outbound with destinations: both ways; voice_ai: mode flow"),
  trunk: fields.trunk.describe("New or known name"),
  new_name: fields.new_name.optional().describe("Renames it"),
  numbers: fields.numbers.optional().describe("E.164; one on another trunk moves here"),
  ips: fields.ips.optional().describe("Callers' IPs or ranges"),
  destinations: fields.destinations.optional().describe("Inbound: host:port;transport=tls"),
  alias: fields.alias.optional().describe("Caller id"),
  expect_alias: fields.expect_alias.optional().describe("Only if alias is this now"),
  credentials: fields.credentials.optional().describe("Login names"),
  remove: fields.remove.optional().describe("Taken off"),
  exactly: fields.exactly.optional().describe("Of these, what is not named goes"),
  options: fields.options.optional(),
});
/** The login of another trunk of the same plan, under its carrier's id and its own name or id. */
export const loginOfSchema = z.strictObject({
  provider: fields.provider,
  trunk: fields.trunk,
  /** The trunk has a login of that name, or another, which is not that one: it is written again. */
  anew: z.literal(true).optional(),
});
export type LoginOf = z.infer<typeof loginOfSchema>;

/** A setup as it is planned. What only this server may ask for is in no schema that a caller fills. */
export const plannedSetupSchema = oneSetupSchema.extend({
  login_of: loginOfSchema.optional(),
  /** The other end of its calls is planned beside it. */
  connected: z.literal(true).optional(),
  /** A platform's host for calls in that only the caller names: a person reads it and agrees. */
  said_host: z.string().optional(),
  /** The trunk goes whole, once everything else is done. */
  gone: z.literal(true).optional(),
});
export type Setup = z.infer<typeof plannedSetupSchema>;

/** As much of a provider as a description of setups names. */
interface SetupCarrier {
  id: string;
  setupOptions?: z.ZodRawShape;
}

/** The fields that carriers differ in, for a model or an editor. Options that are not listed are held to the carrier's rules as well. */
export function setupFields(carriers: readonly SetupCarrier[]) {
  const ids = carriers.map(({ id }) => id);
  const shapes: z.ZodRawShape = Object.assign({}, ...carriers.map(({ setupOptions }) => setupOptions));
  return {
    provider: fields.provider.describe([ids.slice(0, -1).join(", "), ...ids.slice(-1)].filter((part) => part !== "").join(" or ")),
    options: z.looseObject(shapes).optional().describe("The carrier's own"),
  };
}

/** All fields are taken in `also`; these are listed, because each costs a model its words once more. */
const listedBeside = z.object({
  provider: fields.provider,
  use_case: z.string().max(16),
  trunk: fields.trunk,
  numbers: fields.numbers,
  ips: fields.ips,
  destinations: fields.destinations,
  remove: fields.remove,
});

/** The input of a plan: one setup, and more beside it. Flat, because models fill flat objects best; what is left out is asked about. */
export const setupSchema = oneSetupSchema.partial().extend({
  also: z.array(z.looseObject(listedBeside.partial().shape)).max(100).optional().describe("More trunks; new ones have the first's options"),
});
export type WantedSetups = z.infer<typeof setupSchema>;
export type WantedSetup = Omit<WantedSetups, "also">;

/** How a person's answer to a question about a field is written. */
export const formats: { [Field in keyof Setup]?: string } = {
  numbers: "E.164, like +918044319240",
  alias: "E.164, like +918044319240",
  ips: "44.248.146.11, or a range like 44.248.146.8/29",
  destinations: "host:port;transport=tls, or tcp",
  credentials: "letters, digits and underscores",
};
