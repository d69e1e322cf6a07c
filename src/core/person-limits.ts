/** A person has this long to decide, to answer a form and to open a link: 10 minutes, in the words for it. */
export const DECIDE_MS = 10 * 60_000;
/** Wrong tries of a PIN or a passphrase lock it for this long; `five` and `15 minutes` in the words for it. */
export const WRONG_TRIES = 5;
export const LOCKED_MS = 15 * 60_000;
