import { cleanText } from "../core/text.ts";

/**
 * Whether a person typed the name that they were shown. Both are compared as they are read: what cannot be seen cannot be
 * typed. Nothing typed is never a name, and a name of invisible characters cannot be agreed to.
 */
export function isNamed(typed: string | undefined, confirm: string): boolean {
  const name = cleanText(confirm);
  return name !== "" && typed !== undefined && cleanText(typed) === name;
}
