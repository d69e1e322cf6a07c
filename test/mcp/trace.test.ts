import { afterEach, describe, expect, test } from "vitest";
import { startTrunkline, type Trunkline, ways } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

const _meta = { traceparent: "00-22222222222222222222222222222222-2222222222222222-01", tracestate: "b=2" };

describe.each(ways)("what a message says in _meta, $era over $transport", (way) => {
  test("ties the carrier's calls, and the journal, to it", async () => {
    trunkline = await startTrunkline(way);
    await trunkline.client.callTool({ name: "exotel_create_trunk", arguments: { trunk_name: "traced" }, _meta });
    await trunkline.client.readResource({ uri: "trunks://exotel", _meta });
    const sent = trunkline.sandbox.seen.map(({ headers }) => headers as Record<string, string>);
    expect(sent.length).toBeGreaterThan(1);
    for (const { traceparent, tracestate } of sent) {
      expect(traceparent).toMatch(/^00-2{32}-(?!2{16})[0-9a-f]{16}-01$/);
      expect(tracestate).toBe("b=2");
    }
    const rows = await trunkline.scope.store.journal.rows(0, 10);
    expect(rows).toHaveLength(2);
    expect(rows.map(({ requestId }) => requestId)).toEqual([sent[0]?.["x-request-id"], sent[0]?.["x-request-id"]]);
    expect(sent.at(-1)?.["x-request-id"]).not.toBe(sent[0]?.["x-request-id"]);
  });
});
