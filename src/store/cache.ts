import type { Cache } from "../core/cache.ts";
import { once } from "../core/once.ts";

/** In this process's memory; the namespace keeps tenants apart where several share one. */
export function createCache(namespace: string): Cache {
  const keyv = once(async () => new (await import("keyv")).Keyv({ namespace }));
  return {
    get: async (key) => (await keyv()).get(key),
    set: async (key, value, ttlMs) => void (await (await keyv()).set(key, value, ttlMs)),
    clear: async () => (await keyv()).clear(),
  };
}
