/**
 * 6,000 model tokens at two characters a token: JSON of names takes 2.8, of hexadecimal ids 1.8. Outside ASCII a
 * tokenizer needs up to one token a byte, so such bytes count twice. `content` and `structuredContent` carry the
 * same JSON; a host shows the model one of them.
 */
export const MAX_WEIGHT = 12_000;

export function weightOf(value: unknown): number {
  const text = JSON.stringify(value);
  const beyondAscii = Buffer.byteLength(text) - text.length;
  // A character outside ASCII has at least as many further bytes as it has characters, so this counts each byte twice.
  return text.length + 3 * beyondAscii;
}
