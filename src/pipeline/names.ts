import type { NamedRow } from "../core/carrier/named-row.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { TrunkError } from "../core/errors.ts";
import { type AnyTool, rowNamed, type ToolContext } from "../core/tool.ts";
import { beforeSending } from "./lock.ts";
import { checkNamed, saidOf, withRow } from "./row-name.ts";
import type { Scope } from "./scope.ts";
import { redact } from "./secret-fields.ts";
import { resolveTrunkName, trunkWithNumber } from "./trunk-name.ts";

type Fields = Record<string, unknown>;

/** A call whose trunk and row are known by id. */
export interface Named {
  input: Fields;
  /** The trunk, where its rows had to be read: the judgement takes this reading. */
  seen?: TrunkDetail | undefined;
}

/** Puts ids in the place of what a person says: a trunk's name, a number, an address, a destination, a user name. */
export async function resolveNames(tool: AnyTool, given: Fields, context: ToolContext<unknown>, scope: Scope): Promise<Named> {
  const field = tool.provider?.trunkField;
  const row = rowNamed(tool);
  if (field === undefined) return { input: given };
  if (!row) {
    const input = await beforeSending(resolveTrunkName(context, field, given, context.signal, "kind" in tool ? tool.kind : undefined));
    return { input: "resolve" in tool && tool.resolve ? await beforeSending(tool.resolve(input, context)) : input };
  }
  checkNamed(row, given);
  return await beforeSending(resolveRow(row, field, given, context)).catch(async (error: unknown) => {
    const earlier =
      error instanceof TrunkError && error.code === "not_found" ? await earlierCall(tool, row, field, given, scope) : undefined;
    if (earlier) return { input: earlier };
    throw error;
  });
}

async function resolveRow(row: NamedRow, field: string, given: Fields, context: ToolContext<unknown>): Promise<Named> {
  const { client, trunks, signal } = context;
  const input =
    given[field] === undefined && row.findsTrunk
      ? { ...given, [field]: await trunkWithNumber(context, field, given[row.said[0]], row.said[0], signal) }
      : await resolveTrunkName(context, field, given, signal);
  const { trunk } = await trunks.get(client, String(input[field]), signal);
  return { input: withRow(row, input, trunk), seen: trunk };
}

/** A row that is not there may be gone by an earlier call like this, whose answer was lost: that call is then finished by its ids. */
async function earlierCall(tool: AnyTool, row: NamedRow, field: string, given: Fields, scope: Scope): Promise<Fields | undefined> {
  if (tool.effect !== "destroy" || given[row.said[0]] === undefined) return undefined;
  const said = saidOf(row, given);
  // A store that cannot be read adds nothing: the refusal is the answer.
  const open = await scope.store.journal.unsettled().catch(() => []);
  const same = open.find(
    ({ principal, tool: name, redacted, about }) =>
      principal === scope.principal &&
      name === tool.name &&
      [undefined, redacted[field], about?.trunk_name].includes(given[field] as string | undefined) &&
      [undefined, redacted[row.id]].includes(given[row.id] as string | undefined) &&
      redacted[row.said[0]] !== undefined &&
      row.fits(redacted, said),
  );
  return same?.redacted;
}

/** The arguments that tell one call from another: a row is told by its id, whatever a person called it. */
export function tellingArguments(tool: AnyTool, input: Fields): Fields {
  const row = rowNamed(tool);
  const redacted = redact(tool, input);
  if (!row || input[row.id] === undefined) return redacted;
  return Object.fromEntries(Object.entries(redacted).filter(([field]) => !row.said.includes(field)));
}
