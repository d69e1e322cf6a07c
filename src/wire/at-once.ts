import { type RateSlot, type RateSlots, type SlotLimit, type Taken, WHOLE_CALL_MS } from "../core/carrier/rate-slots.ts";
import type { RateLimit } from "../core/carrier/wire.ts";

/** Slots for calls that may be under way as well as for those that the rate permits; a call uses one of each. */
export async function takeBoth(slots: RateSlots, account: string, limit: RateLimit, count: number): Promise<Taken> {
  if (limit.atOnce === undefined) return await slots.take(account, limit, count);
  const underWay = await slots.take(`${account} at once`, { calls: limit.atOnce, perMs: 0, unansweredMs: WHOLE_CALL_MS }, count);
  if (underWay.slots.length === 0) return { ...underWay, underWay: true };
  const rate = await takeOrLeave(slots, account, limit, underWay.slots);
  const unused = underWay.slots.splice(rate.slots.length);
  await leaveAll(unused);
  // Where the rate would let more through, it is not the rate that makes others wait.
  const waiting =
    unused.length > 0 || underWay.waitsMs.length === 0 ? { waitsMs: rate.waitsMs } : { waitsMs: underWay.waitsMs, underWay: true };
  return { slots: rate.slots.map((slot, index) => bothOf(slot, underWay.slots[index])), ...waiting };
}

async function takeOrLeave(slots: RateSlots, account: string, limit: SlotLimit, underWay: RateSlot[]): Promise<Taken> {
  try {
    return await slots.take(account, limit, underWay.length);
  } catch (error) {
    await leaveAll(underWay);
    throw error;
  }
}

function bothOf(rate: RateSlot, underWay: RateSlot | undefined): RateSlot {
  return { leave: () => leaveAll(underWay ? [rate, underWay] : [rate]) };
}

async function leaveAll(slots: RateSlot[]): Promise<void> {
  await Promise.all(slots.map((slot) => slot.leave()));
}
