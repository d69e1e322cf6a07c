import type { Lists, RowPlanning } from "../../../rules/planned-rows.ts";
import type { Wanted } from "./wanted.ts";

/** The documented list of logins is the trunk's own pair, without an id: created ones are not in it. */
export function showsOwnPairOnly({ credentials }: Pick<Lists, "credentials">): boolean {
  return credentials.some((row) => row.credential_id === undefined);
}

export type Planning = RowPlanning & { wanted: Wanted };
