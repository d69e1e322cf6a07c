/** A person has this long to decide, to answer a form and to open a link. */
export const DECIDE_MS = 10 * 60_000;
/** As many wrong tries of a PIN or a passphrase lock it for this long. */
export const WRONG_TRIES = 5;
/** Wrong tries of one passphrase, from all addresses together. */
export const WRONG_TRIES_IN_ALL = 25;
export const LOCKED_MS = 15 * 60_000;
/** A trunk lets in as many IPv4 addresses without asking a person: one range of this mask. */
export const UNASKED_ADDRESSES = 16;
export const UNASKED_MASK = 32 - Math.log2(UNASKED_ADDRESSES);
