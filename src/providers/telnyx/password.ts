import { randomInt } from "node:crypto";

const LENGTH = 24;
/** A password has 8 to 128 characters; which ones, the documents do not tell, so these are safe in every PBX too. */
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function generatePassword(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}
