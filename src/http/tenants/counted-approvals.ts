import type { CallObserver } from "../../core/carrier/observer.ts";
import type { Store } from "../../core/store/store.ts";

/** The same store, which counts how approvals end, by whichever way a person decided. */
export function countApprovals(store: Store, observer: CallObserver): Store {
  const { approvals } = store;
  return {
    ...store,
    approvals: {
      find: (id) => approvals.find(id),
      pending: () => approvals.pending(),
      ask: async (...asked) => {
        const id = await approvals.ask(...asked);
        observer.approval("asked");
        return id;
      },
      decide: async (id, granted, by) => {
        const decided = await approvals.decide(id, granted, by);
        if (decided) observer.approval(granted ? "granted" : "refused");
        return decided;
      },
      claim: async (...claimed) => {
        const claim = await approvals.claim(...claimed);
        if (claim === "claimed") observer.approval("used");
        return claim;
      },
    },
  };
}
