const HIDDEN = /[\p{C}\p{Z}\p{M}]/u;

/**
 * A secret is shown exactly as it is. One with characters that a screen would hide, or obey, is written as a JSON string
 * in ASCII instead.
 */
export function visibly(secret: string): { text: string; escaped: boolean } {
  const inside = secret.replaceAll(" ", "");
  if (!HIDDEN.test(inside) && secret.trim() === secret) return { text: secret, escaped: false };
  const ascii = JSON.stringify(secret).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return { text: ascii, escaped: true };
}
