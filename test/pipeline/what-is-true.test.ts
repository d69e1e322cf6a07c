import { afterEach, describe, expect, test } from "vitest";
import { agreeing, type Options, startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

const number = "+918044319240";

async function start(options: Options = {}): Promise<string> {
  trunkline = await startTrunkline({ person: agreeing, ...options });
  return (await trunkline.call("exotel_create_trunk", { trunk_name: "sales_pbx" })).value.trunk.trunk_id;
}

const call = async (tool: string, args: Record<string, unknown>) => (await trunkline.call(tool, args)).value;
const reads = () => trunkline.sandbox.seen.filter(({ effect }) => effect === "read").length;

describe("a write says what is now true", () => {
  test("of what it made, changed and removed, by name and number, and of nothing else", async () => {
    const trunk_sid = await start();
    const trunk_name = "sales_pbx";
    const mapped = await call("exotel_map_phone_number", { trunk_sid, phone_number: number });
    expect(mapped).toMatchObject({ before: { trunk_name, numbers: [] }, after: { trunk_name, numbers: [`${number} (pstn)`] } });
    const allowed = await call("exotel_whitelist_ip", { trunk_sid, ip: "44.1.1.1" });
    expect(allowed.after).toEqual({ trunk_name, addresses: ["44.1.1.1/32"] });
    const alias = await call("exotel_set_trunk_alias", { trunk_sid, alias: number });
    expect([alias.before, alias.after]).toEqual([
      { trunk_name, alias: null },
      { trunk_name, alias: number },
    ]);
    const { phone_number_id } = mapped.phone_number;
    const unmapped = await call("exotel_unmap_phone_number", { trunk_sid, phone_number_id });
    expect(unmapped).toMatchObject({
      approved: { by: "form" },
      before: { trunk_name, numbers: [`${number} (pstn)`] },
      after: { trunk_name, numbers: [] },
    });
    expect(unmapped.warnings, "what stays, though the person has read it").toContainEqual(
      expect.stringContaining("The alias of the trunk is"),
    );
    const renamed = await call("exotel_update_trunk", { trunk_sid, trunk_name: "support" });
    expect([renamed.before, renamed.after]).toEqual([{ trunk_name }, { trunk_name: "support" }]);
    expect("approved" in renamed, "nobody was asked").toBe(false);
    const deleted = await call("exotel_delete_trunk", { trunk_sid });
    expect([deleted.before, deleted.after]).toEqual([{ trunk_name: "support", addresses: ["44.1.1.1/32"], alias: number }, null]);
  });

  test("of a new trunk there is nothing before", async () => {
    trunkline = await startTrunkline();
    const made = await call("exotel_create_trunk", { trunk_name: "fresh" });
    expect([made.before, made.after]).toEqual([null, { trunk_name: "fresh" }]);
  });

  test("by the carrier's answer where it took only a part", async () => {
    const trunk_sid = await start();
    const [good, refused] = ["pbx.example.com:5061;transport=tls", "192.0.2.77:5061;transport=tls"];
    const { destination_uris, after } = await call("exotel_add_destination_uris", {
      trunk_sid,
      destinations: [{ destination: good }, { destination: refused }],
    });
    expect(destination_uris.map(({ status }: { status: string }) => status)).toEqual(["added", "failed"]);
    expect(after.destinations).toEqual([good]);
  });

  test("by its settings where they differ, as the carrier writes them", async () => {
    await start();
    const created = await call("didww_create_voice_out_trunk", {
      name: "out",
      on_cli_mismatch_action: "reject_call",
      allowed_sip_ips: ["44.1.1.1"],
    });
    expect(created).toMatchObject({ before: null, after: { trunk_name: "out", addresses: ["44.1.1.1/32"] } });
    const { before, after, warnings } = await call("didww_update_voice_out_trunk", {
      trunk_id: "out",
      threshold_amount: "10",
      default_dst_action: "allow_all",
      dst_prefixes: ["33"],
    });
    expect(before).toMatchObject({ threshold_amount: "3000.0", dst_prefixes: [] });
    expect(after).toMatchObject({ threshold_amount: "10.0", dst_prefixes: ["33"] });
    expect(Object.keys(after).sort()).toEqual(["dst_prefixes", "threshold_amount", "trunk_name"]);
    expect(warnings, "what stops").toContain("Calls to numbers that begin with 33 are refused.");
    const nothing = await call("didww_update_voice_out_trunk", { trunk_id: "out", threshold_amount: "0" });
    expect(nothing.warnings).toEqual(["No call goes out over it any more."]);
    const login = await call("didww_regenerate_credentials", { trunk_id: "out" });
    expect(login.after.logins).toEqual([login.credentials.user_name]);
    expect(login.before.logins).not.toEqual(login.after.logins);
  });

  test("a long list shows what differs and counts the rest", async () => {
    const trunk_sid = await start({ unlimited: true, policy: { ask: { askFor: "widening", allowance: { callers: 100, logins: 2 } } } });
    for (let last = 1; last <= 24; last++) await call("exotel_whitelist_ip", { trunk_sid, ip: `44.1.1.${last}` });
    const { before, after } = await call("exotel_whitelist_ip", { trunk_sid, ip: "44.2.2.2" });
    expect(before.addresses).toEqual(["and 24 more"]);
    expect(after.addresses).toEqual(["44.2.2.2/32", "and 24 more"]);
  });
});

test("a removal names the snapshot of what was there, as a resource that answers", async () => {
  const trunk_sid = await start();
  await call("exotel_map_phone_number", { trunk_sid, phone_number: number });
  const { snapshot, snapshot_id, snapshot_holds } = await call("exotel_delete_trunk", { trunk_sid });
  expect(snapshot).toBe(`trunks://snapshots/${snapshot_id}`);
  expect(snapshot_holds).toMatch(/as it was before/);
  const { contents } = await trunkline.client.readResource({ uri: snapshot });
  expect(JSON.parse((contents[0] as { text: string }).text).state.phone_numbers).toMatchObject([{ phone_number: number }]);
});

test("an operator's code is named as that", async () => {
  const trunk_sid = await start({ policy: { approval: "two_step" } });
  const { approval } = await call("exotel_delete_trunk", { trunk_sid });
  expect(await call("exotel_delete_trunk", { trunk_sid, approval })).toMatchObject({ removed: true, approved: { by: "code" } });
});

describe("what the carrier documents thinly is read back", () => {
  const accepted = { request_id: "r", method: "DELETE", http_code: 200, response: { code: 200, status: "success", data: null } };

  test.each(["observed", "documented"])("once, and verified, %s", async (dialect) => {
    const trunk_sid = await start({ dialect });
    const { phone_number_id } = (await call("exotel_map_phone_number", { trunk_sid, phone_number: number })).phone_number;
    const counted = async (tool: string, args: object) => {
      const before = reads();
      const { verified } = await call(tool, { trunk_sid, ...args });
      return { verified, reads: reads() - before };
    };
    const proven = await counted("exotel_set_trunk_alias", { alias: number });
    const renamed = await counted("exotel_update_trunk", { trunk_name: "support" });
    expect(proven.verified, "its answer proves it").toBeUndefined();
    expect(renamed).toEqual({ verified: true, reads: proven.reads + 1 });
    const { whitelisted_ip_id } = (await call("exotel_whitelist_ip", { trunk_sid, ip: "44.1.1.1" })).whitelisted_ip;
    const destinations = [{ destination: "pbx.example.com:5061;transport=tls" }];
    const [{ destination_uri_id }] = (await call("exotel_add_destination_uris", { trunk_sid, destinations })).destination_uris;
    for (const [tool, args] of [
      ["exotel_unmap_phone_number", { phone_number_id }],
      ["exotel_remove_whitelisted_ip", { whitelisted_ip_id }],
      ["exotel_remove_destination_uri", { destination_uri_id }],
      ["exotel_remove_trunk_alias", {}],
    ] as const)
      expect((await counted(tool, args)).verified, tool).toBe(true);
  });

  test("and an answer without an effect is told, with what is there instead", async () => {
    const trunk_sid = await start();
    const { whitelisted_ip_id } = (await call("exotel_whitelist_ip", { trunk_sid, ip: "44.1.1.1" })).whitelisted_ip;
    trunkline.sandbox.script({ kind: "status", method: "DELETE", status: 200, body: accepted });
    const value = await call("exotel_remove_whitelisted_ip", { trunk_sid, whitelisted_ip_id });
    expect(value).toMatchObject({ verified: false, warnings: [expect.stringContaining("does not show its effect")] });
    expect(value.after, "the entry is still there").toEqual({ trunk_name: "sales_pbx", addresses: ["44.1.1.1/32"] });
  });

  test("and a failure to read is no failure of the call", async () => {
    const trunk_sid = await start();
    await call("exotel_set_trunk_alias", { trunk_sid, alias: number });
    trunkline.sandbox.script({ kind: "status", method: "GET", path: "settings", status: 404, after: 2 });
    const value = await call("exotel_remove_trunk_alias", { trunk_sid });
    expect(value).toMatchObject({ removed: true, verified: false, warnings: [expect.stringContaining("could not be read")] });
  });
});
