/** True of this machine's own addresses, and of `localhost`; any other name leads where DNS says. */
export function isLoopback(host: string): boolean {
  return /^(localhost|\[::1\]|::1|(::ffff:)?127(\.\d{1,3}){3})$/i.test(host);
}

/** https, or http that does not leave this machine; never with credentials inside, which could hide the host. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}
