import { type Clock, systemClock } from "../../src/core/clock.ts";

/** A clock that shows the time as it is, and on which every pause is a fiftieth as long. */
export const hastyClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 50, signal) };
