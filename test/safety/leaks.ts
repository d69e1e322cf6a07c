/** A shorter piece of a secret may be chance among random ids. */
const SHORTEST = 8;

/** How a piece of text may stand in another text, by name. */
export const forms: Record<string, (piece: string) => string[]> = {
  plain: (piece) => [piece],
  // Where the piece begins within a group of three bytes decides its letters; those that it shares with its neighbours are cut off.
  base64: (piece) => [0, 1, 2].map((shift) => shifted(piece, shift, "base64")),
  base64url: (piece) => [0, 1, 2].map((shift) => shifted(piece, shift, "base64url")),
  "hexadecimal, lower case": (piece) => [Buffer.from(piece).toString("hex")],
  "hexadecimal, upper case": (piece) => [Buffer.from(piece).toString("hex").toUpperCase()],
  "URL-encoded": (piece) => [encodeURIComponent(piece), new URLSearchParams({ piece }).toString().slice("piece=".length)],
  "JSON-escaped": (piece) => [JSON.stringify(piece).slice(1, -1)],
  "JSON in JSON": (piece) => [JSON.stringify(JSON.stringify(piece).slice(1, -1)).slice(1, -1)],
};

function shifted(piece: string, shift: number, encoding: "base64" | "base64url"): string {
  const bits = (shift + Buffer.byteLength(piece)) * 8;
  const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(piece)]).toString(encoding);
  return encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(bits / 6));
}

/** Finds any piece of any secret, however it is written; says how, and never the piece itself. */
export function leakFinder(secrets: Record<string, string>): (text: string) => string[] {
  const traces = Object.entries(secrets).flatMap(([name, secret]) =>
    Object.entries(forms).flatMap(([form, write]) =>
      [...new Set(piecesOf(secret).flatMap(write))].map((trace) => ({ trace, found: `${name}, ${form}` })),
    ),
  );
  return (text) => [...new Set(traces.filter(({ trace }) => text.includes(trace)).map(({ found }) => found))];
}

function piecesOf(secret: string): string[] {
  if (secret.length < SHORTEST) throw new Error("too short to be told from chance");
  return Array.from({ length: secret.length - SHORTEST + 1 }, (_, start) => secret.slice(start, start + SHORTEST));
}
