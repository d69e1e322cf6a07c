import { randomInt } from "node:crypto";

const LENGTH = 24;
const kinds = ["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789"] as const;
const all = kinds.join("");

/** Twilio asks for a digit and letters of both cases. */
export function generatePassword(): string {
  const pick = (letters: string) => letters[randomInt(letters.length)] ?? "";
  for (;;) {
    const password = Array.from({ length: LENGTH }, () => pick(all)).join("");
    if (isStrong(password)) return password;
  }
}

export function isStrong(password: string): boolean {
  return password.length >= 12 && kinds.every((letters) => [...password].some((letter) => letters.includes(letter)));
}
