import { afterEach, describe, expect, test } from "vitest";
import { type Era, startTrunkline, type Trunkline } from "./support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

describe.each<[Era, string]>([
  ["v1", "observed"],
  ["v1", "documented"],
  ["v2", "observed"],
  ["v2", "documented"],
])("the documents' quick starts, client %s, emulator %s", (era, dialect) => {
  test("a trunk from nothing to calls in both directions, and away again", async () => {
    trunkline = await startTrunkline({ era, dialect, person: () => ({ action: "accept", content: { trunk_name: "outbound_trunk" } }) });
    const { call } = trunkline;
    const created = await call("exotel_create_trunk", { trunk_name: "outbound_trunk" });
    expect(created.value).toMatchObject({ trunk: { provider: "exotel", trunk_name: "outbound_trunk", status: "active" }, sandbox: true });
    const trunk_sid = created.value.trunk.trunk_id;

    const mapped = await call("exotel_map_phone_number", { trunk_sid, phone_number: "+918044319240", mode: "pstn" });
    expect(mapped.value.phone_number).toMatchObject({ phone_number: "+918044319240", mode: "pstn" });
    const allowed = await call("exotel_whitelist_ip", { trunk_sid: "outbound_trunk", ip: "203.0.113.50" });
    expect(allowed.value.whitelisted_ip).toMatchObject({ ip: "203.0.113.50", mask: 32 });
    const added = await call("exotel_add_destination_uris", {
      trunk_sid,
      destinations: [{ destination: "203.0.113.50:5061;transport=tls" }, { destination: "sip:sip.example.com:5061;transport=tls" }],
    });
    expect(added.value.destination_uris.map((row: { status: string }) => row.status)).toEqual(["added", "added"]);
    await call("exotel_set_trunk_alias", { trunk_sid, alias: "+918044319240" });

    const trunk = (await call("get_trunk", { trunk_id: "outbound_trunk" })).value.trunk;
    expect(trunk).toMatchObject({ trunk_id: trunk_sid, alias: "+918044319240" });
    expect([trunk.phone_numbers.length, trunk.whitelisted_ips.length, trunk.destination_uris.length]).toEqual([1, 1, 2]);

    const removed = await call("exotel_delete_trunk", { trunk_sid });
    expect(removed.value).toMatchObject({ removed: true, trunk_sid, sandbox: true });
    expect(removed.value.snapshot_id).toMatch(/^snap_/);
    expect((await call("list_trunks")).value.trunks).toEqual([]);
  });
});
