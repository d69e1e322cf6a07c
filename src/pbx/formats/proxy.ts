/** Kamailio and OpenSIPS have one ancestor, and this in common. */
export const proxyPorts = { udp: 5060, tcp: 5060, tls: 5061 };

/** Their string: in it only the backslash and the quotation mark mean something. */
export function onceQuoted(value: string): string {
  return `"${value.replace(/[\\"]/g, (sign) => `\\${sign}`)}"`;
}
