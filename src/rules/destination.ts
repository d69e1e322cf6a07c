import { isIPv4 } from "node:net";
import type { InputFinding } from "../core/input-finding.ts";
import { quoteText } from "../core/text.ts";
import { isHostName, unusable } from "./address.ts";
import { refuse, warning } from "./findings.ts";

export interface Destination {
  host: string;
  port: number;
  transport: string;
}

/** `host:port;transport=tls|tcp`, with or without `sip:` in front. */
export function parseDestination(value: string): Destination | undefined {
  const match = /^(?:sip:)?([^\s:;@/]+):(\d{1,5});transport=([a-z]+)$/i.exec(value.trim());
  if (!match) return undefined;
  const [, host = "", port = "", transport = ""] = match;
  return { host: host.toLowerCase(), port: Number(port), transport: transport.toLowerCase() };
}

/** As carriers keep one: port and transport may be left out, and a user or further parameters be there. */
export function readDestination(value: string): Destination | undefined {
  const match = /^(sips?:)?(?:[^\s@;]+@)?([^\s:;@/]+)(?::(\d{1,5}))?((?:;[^\s;]+)*)$/i.exec(value.trim());
  if (!match) return undefined;
  const [, scheme = "", host = "", port, parameters = ""] = match;
  const said = /;transport=([a-z]+)/i.exec(parameters)?.[1]?.toLowerCase();
  const transport = said ?? (scheme.toLowerCase() === "sips:" ? "tls" : "udp");
  return { host: host.toLowerCase(), port: port === undefined ? (transport === "tls" ? 5061 : 5060) : Number(port), transport };
}

export function formatDestination({ host, port, transport }: Destination): string {
  return `${host}:${port};transport=${transport}`;
}

/** The form in which destinations are compared: `sip:` comes back in front of what was sent without it. */
export function bareDestination(destination: string): string {
  return destination.trim().replace(/^sip:/i, "").trim().toLowerCase();
}

const EXAMPLE = "Write it like sip.example.com:5061;transport=tls.";

/** `takes`: the transports over which the carrier sends calls. */
export function checkDestination(
  field: string,
  value: string,
  sandbox: boolean,
  takes: readonly string[] = ["tls", "tcp"],
): InputFinding | undefined {
  const destination = parseDestination(value);
  if (!destination) return refuse(field, `${quoteText(value)} is not of the form host:port;transport=tls|tcp. Nothing was sent.`, EXAMPLE);
  const { host, port, transport } = destination;
  if (port < 1 || port > 65_535) return refuse(field, `${port} is not a port (1 to 65535). Nothing was sent.`, EXAMPLE);
  if (!takes.includes(transport)) {
    const said = transport === "udp" ? "The carrier does not send calls over udp" : `${quoteText(transport)} is not a transport`;
    return refuse(field, `${said}; it takes ${takes.join(" or ")}. Nothing was sent.`, `Did you mean ${host}:5061;transport=tls?`);
  }
  return checkHost(field, host, sandbox) ?? checkPort(field, destination);
}

function checkHost(field: string, host: string, sandbox: boolean): InputFinding | undefined {
  if (isIPv4(host)) {
    const reason = unusable(host, sandbox);
    return reason
      ? refuse(field, `${host} is ${reason}. Nothing was sent.`, "Pass the public address or host name of your SIP server.")
      : undefined;
  }
  return isHostName(host)
    ? undefined
    : refuse(field, `${quoteText(host)} is neither an IPv4 address nor a host name. Nothing was sent.`, EXAMPLE);
}

function checkPort(field: string, { host, port, transport }: Destination): InputFinding | undefined {
  if (port === 5061 && transport === "tcp")
    return warning(field, `${host}:5061 is usually the TLS port, but transport=tcp was asked for; check it.`);
  if (port === 5060 && transport === "tls")
    return warning(field, `${host}:5060 is usually the TCP port, but transport=tls was asked for; check it.`);
  return undefined;
}
