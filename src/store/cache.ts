import type { Keyv } from "keyv";
import { once } from "../core/once.ts";
import type { Cache } from "../core/store/cache.ts";
import type { Queries } from "./sql.ts";

/** In this process's memory, or in the database that replicas share; the namespace keeps tenants apart where several share one. */
export function createCache(namespace: string, open?: () => Promise<Queries>): Cache {
  const keyv = once(async () => {
    const { Keyv } = await import("keyv");
    if (!open) return new Keyv({ namespace });
    const { cacheTable } = await import("./cache-table.ts");
    return new Keyv({ store: cacheTable(namespace, await open()), useKeyPrefix: false, throwOnErrors: true });
  });
  return open ? forgiving(keyv) : plain(keyv);
}

function plain(keyv: () => Promise<Keyv>): Cache {
  return {
    get: async (key) => (await keyv()).get(key),
    set: async (key, value, ttlMs) => void (await (await keyv()).set(key, value, ttlMs)),
    clear: async () => (await keyv()).clear(),
  };
}

/** A database that does not answer is a miss. A cache that could not be cleared is cleared before it is read again. */
function forgiving(keyv: () => Promise<Keyv>): Cache {
  const cache = plain(keyv);
  let stale = false;
  const clear = async () => {
    stale = true;
    await cache.clear();
    stale = false;
  };
  const ignore = () => undefined;
  return {
    get: (key) => (stale ? clear().then(() => cache.get(key)) : cache.get(key)).catch(ignore),
    set: (key, value, ttlMs) => cache.set(key, value, ttlMs).catch(ignore),
    clear: () => clear().catch(ignore),
  };
}
