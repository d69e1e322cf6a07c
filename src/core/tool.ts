import * as z from "zod";
import type { WantedConnection } from "./carrier/connection.ts";
import type { NamedRow } from "./carrier/named-row.ts";
import type { WriteOperation } from "./carrier/operation.ts";
import type { Carrier, ConnectedProvider, Provider, TrunkAccess } from "./carrier/provider.ts";
import type { WantedSetups } from "./carrier/setup.ts";
import type { TrunkDetail } from "./carrier/trunk.ts";
import type { Item } from "./consequence.ts";
import type { InputFinding } from "./input-finding.ts";
import type { Local } from "./local.ts";
import { onlyIfSchema } from "./only-if.ts";
import type { Progress, WantedSteps } from "./plan-progress.ts";
import type { Secret } from "./secret.ts";

/** The one word from which approval, retries, hints and the journal derive. */
export type Effect = "read" | "create" | "change" | "destroy";

export type Toolset = "trunks" | "plans" | "sip" | (string & {});

/** The client is the typed one of the tool's own provider. */
export interface ToolContext<Client> extends TrunkAccess<Client> {
  moment?: ConnectedProvider<Client>["moment"] | undefined;
  /** Every carrier of the caller, for tools that stand above carriers. */
  carriers: readonly Carrier[];
  local: Local;
  /** A person agreed to what `exposure` said of this call. */
  approved?: boolean;
  signal: AbortSignal;
}

export interface ReadContext<Client> extends ToolContext<Client> {
  plans: CallerPlans;
  /** Tells the client how far the call is, if it asked to be told. */
  progress?: Progress;
}

/** Plans, which are kept under the caller's name. */
export interface CallerPlans {
  make(wanted: WantedSetups): Promise<ToolResult>;
  connect(wanted: WantedConnection): Promise<ToolResult>;
  status(planId: string, steps?: WantedSteps): Promise<ToolResult>;
}

export interface TrunkKind {
  /** In a sentence: "voice in trunk". */
  what: string;
  is(trunk: Pick<TrunkDetail, "attributes">): boolean;
  /** For whoever named a trunk of another kind. */
  hint: string;
}

/** An effect of a call beside the carrier, such as a packet to a foreign host, where a person has to agree to it. */
export interface Exposure {
  trunk: TrunkDetail;
  items: Omit<Item, "trunk" | "asks">[];
  /** The approval is void once this changed. */
  state: unknown;
}

interface ToolShape<Client, Input extends z.ZodObject, Output extends z.ZodObject> {
  name: string;
  title: string;
  /** Says what the tool does, when to use it and what comes next; at most three sentences. */
  description: string;
  /** The carrier whose tool this is; absent for tools above carriers. */
  provider?: Provider<z.ZodObject, Client>;
  toolset?: Toolset;
  /** It connects a carrier, and is of no use where none is configured that can be connected. */
  connects?: boolean | undefined;
  input: Input;
  /** An allow-list: what is not named here does not leave. */
  output: Output;
  /** Keys of the output under which a text of many lines stands. */
  textFields?: readonly string[];
  /** Rules that need no carrier. */
  check?(input: z.infer<Input>, facts: { sandbox: boolean }): (InputFinding | undefined)[] | Promise<(InputFinding | undefined)[]>;
}

/** A tool's answer: the record under its noun, and the fields of `resultFields`. */
export type ToolResult = Record<string, unknown>;

export interface ReadTool<Client, Input extends z.ZodObject, Output extends z.ZodObject> extends ToolShape<Client, Input, Output> {
  effect: "read";
  /** The person is offered a page with the passwords that the result names, where their client can show a link. */
  offersSecrets?: boolean;
  /** A chat that shows pictures draws its answer: `src/core/picture/` knows its fields. */
  pictured?: boolean;
  /** Reaching what only a person may choose; undefined within what the carrier and the trunk name. */
  exposure?(input: z.infer<Input>, context: ToolContext<Client>): Promise<Exposure | undefined>;
  run(input: z.infer<Input>, context: ReadContext<Client>): Promise<ToolResult>;
}

type FieldPath<Fields> = {
  [Key in keyof Fields & string]:
    | Key
    | (NonNullable<Fields[Key]> extends object ? `${Key}.${keyof NonNullable<Fields[Key]> & string}` : never);
}[keyof Fields & string];

interface WriteShape<Client, Input extends z.ZodObject, Output extends z.ZodObject> extends ToolShape<Client, Input, Output> {
  /** The one write that this tool is; the pipeline sends it, and settles it by reading back when in doubt. */
  write(context: ToolContext<Client>): WriteOperation<z.infer<Input>, object>;
  /** The row that the call is about: its id, or what a person says of it, is in the input. Everything below is given both. */
  names?: NamedRow;
  /** Puts ids in the place of what a person says of things that belong to no trunk yet. */
  resolve?(input: z.infer<Input>, context: ToolContext<Client>): Promise<z.infer<Input>>;
  /**
   * The thing that the call is about, where that is no trunk but stands beside trunks. `after` is given it, in the common
   * view, in the place of one.
   */
  subject?: {
    /** In a sentence: "dispatch rule". */
    what: string;
    /** The input field with its id, where a plan may take it away. */
    id?: keyof z.infer<Input> & string;
    /** As it is, read live; undefined if it is to be created. */
    find(input: z.infer<Input>, context: ToolContext<Client>): Promise<TrunkDetail | undefined>;
  };
  /** The trunks that it is for, where its carrier has several kinds: any other is refused, and no name means one. */
  kind?: TrunkKind;
  /** Set when the list of trunks is another one afterwards. */
  changesList?: boolean;
  /** Fills in what the caller left to us, before anything is journaled or sent. */
  prepare?(input: z.infer<Input>): z.infer<Input>;
  /** The secret of the prepared input that a person must be able to find even if this process dies now. */
  keeps?(input: z.infer<Input>): Secret;
  /**
   * The trunk as this call would leave it, from the trunk as it is; undefined if there is none. Comparing the two
   * tells what a person has to agree to. So it is pure, and refuses what the trunk does not have.
   */
  after?(trunk: TrunkDetail | undefined, input: z.infer<Input>): TrunkDetail | undefined;
  /** Another trunk of the account as this call would leave it: a number that goes to one trunk leaves the others. Pure, too. */
  elsewhere?(trunk: TrunkDetail, input: z.infer<Input>): TrunkDetail;
  /** Effects of the call that its own trunk's lists do not show. Pure, too. */
  beside?(input: z.infer<Input>): Omit<Item, "trunk">[];
  /** Nothing that it makes can be changed later: a warning about its input waits for a person, before it is sent. */
  final?: boolean;
  /** Effects that only reading tells, for the person who is asked. */
  exposure?(input: z.infer<Input>, context: ToolContext<Client>): Promise<Exposure | undefined>;
  /** Refuses what only reading tells, before a person is asked. */
  refuses?(input: z.infer<Input>, context: ToolContext<Client>): Promise<void>;
  /** Corrects that trunk by the carrier's answer, where it tells what the input does not. */
  answered?(after: TrunkDetail, result: ToolResult): TrunkDetail;
  /** Adds that secret to a record that was read back: the carrier does not say it again. */
  withKept?(found: ToolResult, secret: Secret): ToolResult;
  /** Inputs that must not be journaled, logged or echoed; `object.field` names one inside an object. */
  secretFields?: readonly FieldPath<z.infer<Input>>[];
}

export interface WriteTool<Client, Input extends z.ZodObject, Output extends z.ZodObject> extends WriteShape<Client, Input, Output> {
  effect: "create" | "change";
}

export interface DestroyTool<Client, Input extends z.ZodObject, Output extends z.ZodObject> extends WriteShape<Client, Input, Output> {
  effect: "destroy";
  after(trunk: TrunkDetail | undefined, input: z.infer<Input>): TrunkDetail | undefined;
}

/** Applies a plan: many writes, each of which is journaled by itself, after one approval of all. */
export interface PlanTool<Client, Input extends z.ZodObject, Output extends z.ZodObject> extends ToolShape<Client, Input, Output> {
  effect: "change";
  applies(input: z.infer<Input>): { planId: string; cancel: boolean };
}

export type ToolDefinition<Client, Input extends z.ZodObject, Output extends z.ZodObject> =
  | ReadTool<Client, Input, Output>
  | WriteTool<Client, Input, Output>
  | DestroyTool<Client, Input, Output>
  | PlanTool<Client, Input, Output>;

// biome-ignore lint/suspicious/noExplicitAny: a registry of tools forgets each tool's client and schemas; the pipeline parses before it calls.
export type AnyTool = ToolDefinition<any, any, any>;

/** A tool that is one write. */
export type AnyWriteTool = Exclude<AnyTool, { effect: "read" } | { applies: unknown }>;

export function defineTool<Client, Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: ToolDefinition<Client, Input, Output>,
): ToolDefinition<Client, Input, Output> {
  return tool;
}

/** Undescribed: whoever has an approval to pass was told so with it, and the field stands in two tools of three. */
const approvalField = {
  approval: z.string().max(64).optional(),
};

/** The fields that the pipeline may add to any result. */
const resultFields = {
  warnings: z.array(z.string()).optional(),
  settled: z.boolean().optional().describe("True: the carrier's answer was lost, and reading back showed that the call took effect"),
  omitted: z.number().optional().describe("Rows left out to keep the answer short"),
  sandbox: z.boolean().optional().describe("True: an emulator answered, no carrier was called"),
  account: z.string().optional().describe("The live account"),
};

const changedParts = z.record(z.string(), z.unknown()).nullable().optional();

const approvedField = {
  approved: z
    .object({ by: z.enum(["form", "page", "command", "code"]) })
    .optional()
    .describe("A person agreed; absent: nobody was asked"),
};

/** The fields that the pipeline adds to the result of a write. */
const writeFields = {
  ...approvedField,
  before: changedParts.describe("What differed before; null: there was no trunk"),
  after: changedParts.describe("The same now; null: the trunk is gone"),
  verified: z.boolean().optional().describe("Whether reading back showed the effect, where the carrier's answer alone does not prove it"),
};

/** The field that the pipeline adds to the result of a write that takes a secret. */
const secretFields = {
  secrets_found: z.array(z.string()).optional().describe("Variables that were found and sent"),
};

/** The fields that the pipeline adds to the result of a removal. */
const removalFields = {
  snapshot_id: z.string().optional(),
  snapshot: z.string().optional().describe("A resource to read"),
  snapshot_holds: z.string().optional(),
};

/** The row that a tool takes by what a person says of it. */
export function rowNamed(tool: AnyTool): NamedRow | undefined {
  return "names" in tool ? tool.names : undefined;
}

/** A call of this tool may have to wait for a person. */
export function mayNeedApproval(tool: AnyTool): boolean {
  return tool.effect !== "read" || tool.exposure !== undefined;
}

export const inputSchema = forEachTool((tool) =>
  tool.input.extend({ ...(removesTrunk(tool) ? { only_if: onlyIfSchema } : {}), ...(mayNeedApproval(tool) ? approvalField : {}) }),
);

/** A trunk is gone afterwards, with all that is on it. */
function removesTrunk(tool: AnyTool): boolean {
  return tool.effect === "destroy" && tool.changesList === true;
}

export const outputSchema = forEachTool((tool) =>
  tool.output.extend({
    ...resultFields,
    ...(tool.effect === "read" ? {} : "applies" in tool ? approvedField : writeFields),
    ...("secretFields" in tool ? secretFields : {}),
    ...(tool.effect === "destroy" ? removalFields : {}),
  }),
);

/** One schema for each tool: zod compiles a schema when it first parses, which would cost each call as much as the rest of it. */
function forEachTool(make: (tool: AnyTool) => z.ZodObject): (tool: AnyTool) => z.ZodObject {
  const made = new WeakMap<AnyTool, z.ZodObject>();
  return (tool) => {
    const schema = made.get(tool) ?? make(tool);
    made.set(tool, schema);
    return schema;
  };
}

export const effectHints = {
  read: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  create: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  change: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  destroy: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
} satisfies Record<Effect, object>;
