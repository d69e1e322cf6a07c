import { expect } from "vitest";
import type { Emulator, EmulatorFactory } from "../../../src/core/carrier/emulator.ts";
import { providers } from "../../../src/providers/index.ts";
import { startPlanning } from "../../plans/support.ts";
import { wanted, writes } from "../support.ts";

// biome-ignore lint/suspicious/noExplicitAny: each account is read as its own emulator keeps it.
export type Account = any;

/** The state of both ends after a connection was made. */
export interface Stored {
  carrier: Account;
  livekit: Account;
  /** The login for calls out as the carrier got it: two of them never tell a password again. */
  password: string;
}

/** Connects both directions, and reads what each end keeps from its emulator's own state. */
export async function connect(provider: string): Promise<Stored> {
  const emulators = new Map<string, Emulator>();
  const watched = providers.map((one) => ({ ...one, sandbox: async () => watch(await one.sandbox(), emulators, one.id) }));
  const trunkline = await startPlanning({ providers: watched as unknown as typeof providers });
  try {
    const { value } = await trunkline.call("connect_trunk", wanted(provider, "both"));
    const done = await trunkline.call("apply_plan", { plan_id: value.plan_id });
    expect(done.value, JSON.stringify(done.value)).toMatchObject({ state: "done" });
    const kept = (id: string): Account => JSON.parse(emulators.get(id)?.save() ?? "{}");
    return { carrier: kept(provider), livekit: kept("livekit"), password: sentPassword(writes(trunkline, provider)) };
  } finally {
    await trunkline.close();
  }
}

function watch(factory: EmulatorFactory, emulators: Map<string, Emulator>, id: string): EmulatorFactory {
  return {
    ...factory,
    create: (options) => {
      const emulator = factory.create(options);
      emulators.set(id, emulator);
      return emulator;
    },
  };
}

function sentPassword(bodies: readonly { body: unknown }[]): string {
  const found = bodies.map(({ body }) => (body ?? {}) as Record<string, unknown>).map((body) => body["password"] ?? body["Password"]);
  return String(found.find((one) => typeof one === "string") ?? "");
}

export interface Mistake {
  /** Of `carrier`, `livekit` or `password`: the names and places on the way to one value. */
  at: string;
  /** The value in its place. */
  to: unknown;
}

/** The same with one value changed. A place that is not there, or has the value already, is a mistake of the test. */
export function withMistake(stored: Stored, { at, to }: Mistake): Stored {
  const changed = structuredClone(stored);
  const names = at.split(" ");
  const last = names.pop() ?? "";
  const place = names.reduce((account: Account, name) => account[name], changed);
  expect(place, at).toHaveProperty([last]);
  expect(place[last], at).not.toEqual(to);
  place[last] = to;
  return changed;
}
