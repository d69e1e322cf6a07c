import fc from "fast-check";

/** Any character but half a pair, as fast-check's unit "binary" has it: that one makes a table of all 1.1 million for each arbitrary. */
const character = fc.integer({ min: 0, max: 0x10_f7ff }).map((at) => String.fromCodePoint(at < 0xd800 ? at : at + 0x800));

/** Texts of any characters. */
export function anyText(bounds: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.string({ unit: character, ...bounds });
}
