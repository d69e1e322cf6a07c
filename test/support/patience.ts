import type { Timing } from "../../src/wire/exchange.ts";

/** Limits that a busy machine never reaches: a test that means to reach one sets that one itself. */
export const patient = { callMs: 120_000, connectMs: 60_000 } satisfies Partial<Timing>;
