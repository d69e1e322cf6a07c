import type { Finding } from "../core/tool.ts";

export function refuse(field: string, message: string, hint?: string): Finding {
  return { level: "refuse", field, message, ...(hint === undefined ? {} : { hint }) };
}

export function warn(field: string, message: string): Finding {
  return { level: "warn", field, message };
}
