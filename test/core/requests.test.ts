import { expect, test } from "vitest";
import { countRequests } from "../support/request-counts.ts";

/** Counted at 1 and at 120 trunks, which is more than any carrier's page. */
const most: Record<string, Record<string, number>> = {
  Exotel: { list_trunks: 1, "get_trunk by id": 6, "get_trunk by name, first": 7, "get_trunk by name, later": 6 },
  // Trunks for calls out and for calls in are lists of their own.
  DIDWW: { list_trunks: 2, "get_trunk by id": 1, "get_trunk by name, first": 2, "get_trunk by name, later": 2 },
  Vyom: { list_trunks: 1, "get_trunk by id": 1, "get_trunk by name, first": 1, "get_trunk by name, later": 1 },
};

test("a question costs a carrier as many requests whether the account is small or large", async () => {
  for (const trunks of [1, 120]) {
    for (const { carrier, requests } of await countRequests(trunks)) {
      for (const [what, count] of Object.entries(most[carrier] ?? {}))
        expect(requests[what], `${carrier} with ${trunks} trunks: ${what}`).toBeLessThanOrEqual(count);
    }
  }
});
