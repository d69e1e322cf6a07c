import { afterEach, describe, expect, test } from "vitest";
import { agreeing, startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

const call = async (tool: string, args: Record<string, unknown>) => {
  const { isError, value } = await trunkline.call(tool, args);
  if (isError) throw new Error(JSON.stringify(value));
  return value;
};
const shown = async () => (await call("get_trunk", { trunk_id: "pbx" })).trunk;

/** With the reason, so that nobody takes it for a fault. */
const unknown = (note: RegExp) => ({ number: null, from: "unknown", note: expect.stringMatching(note) });

describe("the caller id that calls show", () => {
  test("is unknown without a number, the one mapped number, unknown of several, and the alias", async () => {
    trunkline = await startTrunkline();
    await call("exotel_create_trunk", { trunk_name: "pbx" });
    expect(await shown()).toMatchObject({ alias: null, outbound_caller_id: unknown(/^No number .* is mapped yet\.$/) });
    await call("exotel_map_phone_number", { trunk_sid: "pbx", phone_number: "+918044319240" });
    await call("exotel_map_phone_number", { trunk_sid: "pbx", phone_number: "+918044319241", mode: "flow" });
    expect((await shown()).outbound_caller_id).toEqual({ number: "+918044319240", from: "mapped_number" });
    await call("exotel_map_phone_number", { trunk_sid: "pbx", phone_number: "+918044319242" });
    expect((await shown()).outbound_caller_id).toEqual(unknown(/^No fault: .* its From\.$/));
    await call("exotel_set_trunk_alias", { trunk_sid: "pbx", alias: "+918044319242" });
    expect(await shown()).toMatchObject({ alias: "+918044319242", outbound_caller_id: { number: "+918044319242", from: "alias" } });
  });

  test("is unknown where the alias could not be read, which is not the same as none", async () => {
    trunkline = await startTrunkline();
    await call("exotel_create_trunk", { trunk_name: "pbx" });
    await call("exotel_map_phone_number", { trunk_sid: "pbx", phone_number: "+918044319240" });
    trunkline.sandbox.script({ kind: "status", status: 403, provider: "exotel", path: "settings", times: 2 });
    const trunk = await shown();
    expect("alias" in trunk).toBe(false);
    expect(trunk.outbound_caller_id).toEqual(unknown(/^The alias could not be read/));
    const { trunks } = await call("list_trunks", { where: "unmapped_alias" });
    expect(trunks).toMatchObject([{ trunk_name: "pbx", unread: "The alias could not be read." }]);
  });
});

describe("a login says what it is for", () => {
  test.each([
    ["observed", "for SIP registration and for calls"],
    ["documented", "came with the trunk"],
  ])("%s", async (dialect, words) => {
    trunkline = await startTrunkline({ dialect, person: agreeing });
    await call("exotel_create_trunk", { trunk_name: "pbx" });
    await call("exotel_create_credentials", { trunk_sid: "pbx", user_name: "bot" });
    const [login] = (await shown()).credentials;
    expect(login.use).toContain(words);
    expect(login.use).toContain("IP-WHITELIST");
    expect(login.secret_ref).toMatch(/^secret:exotel\//);
  });

  test("DIDWW's counts beside an address, and the DIDs stand under the name that the update takes", async () => {
    trunkline = await startTrunkline();
    const dids = ["7a6c177d-a054-4c75-9b4c-b1596ed6fa25"];
    const out = { name: "pbx", on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["44.248.146.11"] };
    await call("didww_create_voice_out_trunk", out);
    expect(await shown()).toMatchObject({ credentials: [{ use: expect.stringContaining("a call needs it") }], attributes: { dids: [] } });
    expect("alias" in (await shown())).toBe(false);
    await call("didww_update_voice_out_trunk", { trunk_id: "pbx", dids });
    expect((await shown()).attributes.dids).toEqual(dids);
  });
});
