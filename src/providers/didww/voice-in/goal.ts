import { isIPv6 } from "node:net";
import { type InFields, transports } from "./fields.ts";

/** A destination as plans write it: `host:port;transport=tls`; port and transport may be left out. */
export function readGoal(text: string): Pick<InFields, "host" | "port" | "transport"> | undefined {
  const match = /^(?:sips?:)?(?:\[([0-9a-f:]+)\]|([^\s:;@/[\]]+))(?::(\d{1,5}))?(?:;transport=([a-z]+))?$/i.exec(text.trim());
  if (!match) return undefined;
  const [, v6, name = "", port, said = "udp"] = match;
  const transport = transports.find((one) => one === said.toLowerCase());
  if (transport === undefined) return undefined;
  return { host: (v6 ?? name).toLowerCase(), ...(port === undefined ? {} : { port: Number(port) }), transport };
}

export function writeGoal({
  host,
  port,
  transport = "udp",
}: {
  host: string;
  port?: number | undefined;
  transport?: string | undefined;
}): string {
  return `${isIPv6(host) ? `[${host}]` : host}${port === undefined ? "" : `:${port}`};transport=${transport}`;
}
