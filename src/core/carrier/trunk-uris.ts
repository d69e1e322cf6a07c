/** The address of one trunk, by its id or by its name. A carrier may send half of a character, which no address can hold. */
export function trunkUri(provider: string, idOrName: string): string {
  return `trunks://${provider}/${encodeURIComponent(idOrName.toWellFormed())}`;
}

/** Every address that shows something of a trunk: a client may watch any of them. */
export function urisShowing(provider: string, idsAndNames: readonly unknown[]): string[] {
  const known = idsAndNames.filter((one) => typeof one === "string" && one !== "") as string[];
  return [...new Set(["trunks://", `trunks://${provider}`, ...known.map((one) => trunkUri(provider, one))])];
}
