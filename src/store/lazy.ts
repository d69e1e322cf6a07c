import { once } from "../core/once.ts";
import type { Store } from "../core/store/store.ts";

/**
 * A store that opens when it is first asked: a start that only lists tools loads no database. Every method of a part waits
 * for the opening; a part has no keys of its own, so it cannot be copied by spreading it.
 */
export function lazyStore(open: () => Promise<Store>): Store {
  const opened = once(open);
  function lazy<Part extends object>(partOf: (store: Store) => Part): Part {
    const get =
      (_: object, method: string) =>
      async (...given: unknown[]) => {
        const part = partOf(await opened());
        return Reflect.apply(Reflect.get(part as object, method), part, given);
      };
    return new Proxy(Object.create(null), { get });
  }
  return {
    journal: lazy(({ journal }) => journal),
    claims: lazy(({ claims }) => claims),
    approvals: lazy(({ approvals }) => approvals),
    pin: lazy(({ pin }) => pin),
    secrets: lazy(({ secrets }) => secrets),
    snapshots: lazy(({ snapshots }) => snapshots),
    plans: lazy(({ plans }) => plans),
    emulators: lazy(({ emulators }) => emulators),
    memory: (account) => lazy(({ memory }) => memory(account)),
  };
}
