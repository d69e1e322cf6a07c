import type { Trunkline } from "../support/trunkline.ts";

export const directions = ["inbound", "outbound", "both"] as const;
export type Direction = (typeof directions)[number];

/** A number of each carrier's sandbox, and the options without which the carrier's planner asks. */
export const lines: Record<string, { number: string; options?: object }> = {
  exotel: { number: "+918044319240" },
  didww: { number: "+37061498222" },
  twilio: { number: "+12025550112" },
  telnyx: { number: "+13125550142", options: { daily_spend_limit: "50.00" } },
};

export function wanted(provider: string, direction: Direction): Record<string, unknown> {
  const { number, options } = lines[provider] ?? { number: "" };
  const needed = direction === "inbound" || !options ? {} : { options };
  return { provider, numbers: [number], direction, agent_name: "front-desk", ...needed };
}

/** The bodies of the writes that a carrier got, with the last part of each path. */
export function writes({ sandbox }: Trunkline, provider: string): { path: string; body: unknown }[] {
  return sandbox.seen
    .filter((request) => request.provider === provider && request.effect !== "read" && request.method !== "GET")
    .map(({ path, body }) => ({ path: path.split("?")[0]?.split("/").at(-1) ?? "", body: parsed(body) }));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return Object.fromEntries(new URLSearchParams(body));
  }
}
