import { once } from "../core/once.ts";
import type { Plans } from "../core/store/plans.ts";
import type { Store } from "../core/store/store.ts";

/** A store that opens when it is first asked: a start that only lists tools loads no database. */
export function lazyStore(open: () => Promise<Store>): Store {
  const opened = once(open);
  return {
    journal: {
      intend: async (record) => (await opened()).journal.intend(record),
      settle: async (intent, outcome, detail) => (await opened()).journal.settle(intent, outcome, detail),
      unsettled: async (binding) => (await opened()).journal.unsettled(binding),
      rows: async (after, limit) => (await opened()).journal.rows(after, limit),
      earlierNames: async (provider, trunkId, since) => (await opened()).journal.earlierNames(provider, trunkId, since),
      verify: async () => (await opened()).journal.verify(),
      prune: async (at) => (await opened()).journal.prune(at),
    },
    claims: {
      claim: async (key, owner, ttlMs) => (await opened()).claims.claim(key, owner, ttlMs),
      release: async (key, owner) => (await opened()).claims.release(key, owner),
      isHeld: async (key) => (await opened()).claims.isHeld(key),
    },
    approvals: {
      ask: async (binding, consequence, granted) => (await opened()).approvals.ask(binding, consequence, granted),
      decide: async (...given) => (await opened()).approvals.decide(...given),
      claim: async (id, binding) => (await opened()).approvals.claim(id, binding),
      find: async (id) => (await opened()).approvals.find(id),
      pending: async () => (await opened()).approvals.pending(),
    },
    pin: {
      set: async (pin) => (await opened()).pin.set(pin),
      isSet: async () => (await opened()).pin.isSet(),
      check: async (pin) => (await opened()).pin.check(pin),
    },
    secrets: {
      keep: async (secret) => (await opened()).secrets.keep(secret),
      find: async (ref) => (await opened()).secrets.find(ref),
      forget: async (ref) => (await opened()).secrets.forget(ref),
    },
    snapshots: {
      keep: async (principal, state) => (await opened()).snapshots.keep(principal, state),
      find: async (principal, id) => (await opened()).snapshots.find(principal, id),
    },
    plans: lazyPlans(opened),
    memory: (account) => ({
      remember: async (key, value) => (await opened()).memory(account).remember(key, value),
      recall: async (key) => (await opened()).memory(account).recall(key),
      forget: async (key) => (await opened()).memory(account).forget(key),
    }),
  };
}

function lazyPlans(opened: () => Promise<Store>): Plans {
  return {
    keep: async (record) => (await opened()).plans.keep(record),
    find: async (id) => (await opened()).plans.find(id),
    start: async (id, approval) => (await opened()).plans.start(id, approval),
    end: async (id, state) => (await opened()).plans.end(id, state),
    askToCancel: async (id) => (await opened()).plans.askToCancel(id),
    lease: async (id, ttlMs) => (await opened()).plans.lease(id, ttlMs),
    renew: async (lease, ttlMs) => (await opened()).plans.renew(lease, ttlMs),
    begin: async (lease, ttlMs, steps) => (await opened()).plans.begin(lease, ttlMs, steps),
    settle: async (ends, plan) => (await opened()).plans.settle(ends, plan),
    steps: async (id) => (await opened()).plans.steps(id),
    stepOf: async (intent) => (await opened()).plans.stepOf(intent),
    countDone: async (id) => (await opened()).plans.countDone(id),
    finish: async (lease, state, report) => (await opened()).plans.finish(lease, state, report),
    amend: async (id, report) => (await opened()).plans.amend(id, report),
    release: async (lease) => (await opened()).plans.release(lease),
    abandoned: async () => (await opened()).plans.abandoned(),
  };
}
