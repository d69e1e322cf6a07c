import { rpcError } from "./answers.ts";

/** A tenant that asks too much at once waits for itself, not others for it. */
export function createInFlight(limit: number) {
  const running = new Map<string, number>();
  return async (tenant: string, run: () => Promise<Response>): Promise<Response> => {
    const before = running.get(tenant) ?? 0;
    if (before >= limit) {
      return rpcError(429, -32000, "Too many requests of this tenant are being answered. Nothing was done.", { "retry-after": "1" });
    }
    running.set(tenant, before + 1);
    try {
      return await run();
    } finally {
      const left = (running.get(tenant) ?? 1) - 1;
      if (left === 0) running.delete(tenant);
      else running.set(tenant, left);
    }
  };
}
