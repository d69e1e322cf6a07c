export interface FetchLimits {
  /** Of the whole exchange. */
  timeoutMs: number;
  maxBytes: number;
}

export interface FetchedText {
  status: number;
  text: string;
}

/** Asks an authorization server. It is trusted to say who somebody is, not to keep us waiting or to fill our memory. */
export async function fetchText(url: string, init: RequestInit, { timeoutMs, maxBytes }: FetchLimits): Promise<FetchedText> {
  // A redirect could lead from https to anywhere: it is an answer like others, and no good one.
  const response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > maxBytes) throw new Error(`${url} answered with more than ${maxBytes} bytes`);
    parts.push(part);
  }
  return { status: response.status, text: Buffer.concat(parts).toString("utf8") };
}
