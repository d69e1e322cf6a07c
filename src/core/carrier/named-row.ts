import type { TrunkDetail } from "./trunk.ts";

/** A row of a trunk that a call is about: a number, an address. It is named by its id, or by what a person says of it. */
export interface NamedRow<Row extends object = object> {
  /** In a sentence: "number". */
  what: string;
  /** The field of its id, in the input as in the row. */
  id: string;
  /** The fields by which a person names it, in the input as in the row; the first is enough. */
  said: readonly [string, ...string[]];
  /** The first of `said` finds the trunk too, where the trunk is left out. */
  findsTrunk?: boolean;
  rows(trunk: TrunkDetail): readonly Row[];
  /** As people read it. */
  text(row: Row): string;
  /** Whether a person may mean this row. Fields that they did not say are absent. */
  fits(row: Row, said: Record<string, unknown>): boolean;
}
