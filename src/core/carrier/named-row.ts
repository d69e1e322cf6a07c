import { TrunkError } from "../errors.ts";
import { quoteText, someOf } from "../text.ts";
import type { TrunkDetail } from "./trunk.ts";

/** A row of a trunk that a call is about: a number, an address. It is named by its id, or by what a person says of it. A field of the input is one of the row, so that a call can be told from its journal entry. */
export interface NamedRow<Row extends object = object, Field extends string = object extends Row ? string : keyof Row & string> {
  /** In a sentence: "number". */
  what: string;
  /** The field of its id, in the input as in the row. */
  id: Field;
  /** The fields by which a person names it, in the input as in the row; the first is enough. */
  said: readonly [Field, ...Field[]];
  /** The first of `said` finds the trunk too, where the trunk is left out. */
  findsTrunk?: boolean;
  rows(trunk: TrunkDetail): readonly Row[];
  /** As people read it. */
  text(row: Row): string;
  /** Whether a person may mean this row. Fields that they did not say are absent. */
  fits(row: Row, said: Record<string, unknown>): boolean;
}

/** For a row that the trunk does not have, with those that it has. `which`: as it was named. */
export function absentRow<Row extends object>(row: NamedRow<Row>, which: string, trunk: TrunkDetail): TrunkError {
  const rows = row.rows(trunk);
  const there = rows.length === 0 ? `no ${row.what}` : someOf(rows.map((one) => quoteText(row.text(one), 120)));
  const message = `Trunk ${quoteText(trunk.trunk_name)} does not have the ${row.what} ${which}. It has ${there}. Nothing was sent.`;
  const gone = "If it was to be removed, it is not there any more.";
  return new TrunkError("not_found", message, {
    field: row.said[0],
    hint: rows.length === 0 ? gone : `Pass one that it has. ${gone}`,
    applied: false,
  });
}

/** The row with this id; one that is not there is refused. */
export function rowWithId<Row extends object>(named: NamedRow<Row>, id: string, trunk: TrunkDetail): Row {
  const row = named.rows(trunk).find((one) => (one as Record<string, unknown>)[named.id] === id);
  if (!row) throw absentRow(named, `with the id ${quoteText(id)}`, trunk);
  return row;
}

/** One of the trunk's lists without the row with this id; one that is not there is refused. */
export function withoutRow<One extends object>(list: readonly One[] = [], named: NamedRow, id: string, trunk: TrunkDetail): One[] {
  rowWithId(named, id, trunk);
  return list.filter((one) => (one as Record<string, unknown>)[named.id] !== id);
}
