/** Without so many digits in a row there is no integer that a number cannot hold. */
const manyDigits = /\d{16}/;
/** Strings are matched to be passed over: digits within them are no numbers. */
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON in which an integer beyond 2^53 is a string of its digits, since a number would be another one; undefined if it is no JSON. */
export function toExactJson(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return manyDigits.test(text) ? JSON.parse(text.replace(stringOrNumber, quoteUnsafe)) : json;
  } catch {
    return undefined;
  }
}

function quoteUnsafe(token: string): string {
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}
