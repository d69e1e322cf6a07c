/** A refused value in a sentence. It sends nobody to words that the carrier did not say. */
export function refusedValue(carrier: string, words: string | undefined, field = "a value"): string {
  const why = words === undefined || words === "" ? ", and does not say why" : "; carrier_message has its words";
  return `${carrier} refused ${field}${why}. Nothing was changed.`;
}
