import { absentRow, type NamedRow } from "../core/carrier/named-row.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { TrunkError } from "../core/errors.ts";
import { counted, quoteText } from "../core/text.ts";

type Fields = Record<string, unknown>;

/** The fields by which the input names its row, beside or instead of its id. */
export function saidOf({ said }: NamedRow, input: Fields): Fields {
  return Object.fromEntries(said.flatMap((field) => (input[field] === undefined ? [] : [[field, input[field]]])));
}

/** Refuses a call that names no row at all. */
export function checkNamed(row: NamedRow, input: Fields): void {
  if (input[row.id] !== undefined || input[row.said[0]] !== undefined) return;
  throw new TrunkError("invalid_input", `No ${row.what} was named. Nothing was sent.`, {
    field: row.said[0],
    hint: `Pass ${row.said[0]}, or ${row.id}.`,
  });
}

/**
 * The input with the row's id, and with what a person says of it as the carrier writes it. An id that the trunk does not
 * have stays as it is: the row may be gone by an earlier call like this.
 */
export function withRow(row: NamedRow, input: Fields, trunk: TrunkDetail): Fields {
  const rows = row.rows(trunk) as readonly Fields[];
  const said = saidOf(row, input);
  const id = input[row.id];
  const found = id === undefined ? rows.filter((one) => row.fits(one, said)) : rows.filter((one) => one[row.id] === id);
  const [only, ...others] = found;
  if (others.length > 0) throw ambiguous(row, said, found);
  if (!only) {
    if (id !== undefined) return input;
    throw rows.length > 0 && rows.every((one) => one[row.id] === undefined) ? tellsNoIds(row) : absentRow(row, wordsOf(said), trunk);
  }
  if (id !== undefined && Object.keys(said).length > 0 && !row.fits(only, said)) throw contradiction(row, String(id), only, said);
  if (only[row.id] === undefined) throw tellsNoIds(row);
  return { ...input, ...saidOf(row, only), [row.id]: only[row.id] };
}

/** As a person said it. */
function wordsOf(said: Fields): string {
  return quoteText(Object.values(said).join("/"));
}

function ambiguous(row: NamedRow, said: Fields, found: readonly Fields[]): TrunkError {
  const count = counted(found.length, row.what, row.what === "entry" ? "entries" : undefined);
  const whole = new Set(found.map((one) => row.text(one))).size === found.length;
  return new TrunkError("conflict", `${count} may be meant by ${wordsOf(said)}. Nothing was sent.`, {
    field: row.said[0],
    hint: whole ? `Pass one of them whole, or its ${row.id}.` : `Pass the ${row.id} of the one that is meant.`,
    candidates: found.map((one) => `${one[row.id] ?? "no id"}: ${row.text(one)}`),
    applied: false,
  });
}

function contradiction(row: NamedRow, id: string, is: Fields, said: Fields): TrunkError {
  const message = `The ${row.id} ${quoteText(id)} is that of ${quoteText(row.text(is), 120)}, not of ${wordsOf(said)}. Nothing was sent.`;
  return new TrunkError("invalid_input", message, {
    field: row.said[0],
    hint: "Pass one of the two only, for the one that is meant.",
    applied: false,
  });
}

function tellsNoIds(row: NamedRow): TrunkError {
  return new TrunkError("unsupported", `The carrier's list has no ids, so the ${row.what} cannot be found by name. Nothing was sent.`, {
    field: row.said[0],
    hint: `Pass ${row.id}, if it is known from its creation; otherwise use the carrier's console.`,
    applied: false,
  });
}
