import { afterEach, describe, expect, test } from "vitest";
import { parseSettings } from "../../src/core/config.ts";
import { livekit } from "../../src/providers/livekit/index.ts";
import { livekitPromptSentences } from "../../src/providers/livekit/prompt-sentences.ts";
import { SANDBOX_KEY, SANDBOX_SECRET } from "../../src/providers/livekit/sandbox-key.ts";
import { mintToken } from "../../src/providers/livekit/token.ts";
import { askingEmulator, PASSWORD, startLiveKit } from "../support/livekit.ts";
import type { Options, Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
const start = async (options?: Options) => {
  trunkline = await startLiveKit(options);
  return trunkline;
};
afterEach(async () => await trunkline?.close());

const number = "+33144556677";
const call = async (tool: string, args: object) => (await trunkline.call(tool, { ...args })).value;
/** Somebody else's doing, in LiveKit's own words. */
async function directly(method: string, body: object) {
  const headers = { authorization: `Bearer ${mintToken(SANDBOX_KEY, SANDBOX_SECRET)}` };
  const answer = await fetch(`${trunkline.sandbox.urlOf("livekit")}/twirp/livekit.SIP/${method}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what a carrier answers, whatever it is.
  return (await answer.json()) as any;
}
const writes = () => trunkline.sandbox.seen.filter(({ effect }) => effect === "write").length;
const findings = async (trunk_id: string) =>
  (await call("check_trunk", { trunk_id, details: true })).findings.map(
    ({ check, status }: Record<string, string>) => `${check} ${status}`,
  );
const loginOf = async (id: string) => (await directly("GetSIPInboundTrunk", { sip_trunk_id: id })).trunk;

describe("LiveKit's traps", () => {
  test("1: the SIP host is not the name in the URL", async () => {
    const settings = { LIVEKIT_URL: "wss://kai-jip9k9je.livekit.cloud", LIVEKIT_API_KEY: "k", LIVEKIT_API_SECRET: "s" };
    const read = (LIVEKIT_SIP_HOST: string) => parseSettings(livekit.settings, { ...settings, LIVEKIT_SIP_HOST });
    expect(() => read("kai-jip9k9je.sip.livekit.cloud")).toThrow(
      /^LIVEKIT_SIP_HOST has a value that cannot be used: .*not the name in LIVEKIT_URL/,
    );
    expect(() => read("kai-jip9k9je.india.sip.livekit.cloud")).toThrow(/LIVEKIT_SIP_HOST/);
  });

  test("2: numbers alone protect nothing, and half a login disables the login", async () => {
    await start({ person: undefined as never });
    expect(await call("livekit_create_inbound_trunk", { name: "open", numbers: [number] })).toMatchObject({
      code: "approval_required",
      message: expect.stringContaining("0.0.0.0/0"),
    });
    for (const half of [
      { auth_password: "env:TRUNKLINE_SECRET_SIP" },
      { auth_username: "none", auth_password: "env:TRUNKLINE_SECRET_SIP" },
    ])
      expect(await call("livekit_create_inbound_trunk", { name: "half", numbers: [number], ...half })).toMatchObject({
        code: "invalid_input",
      });
    expect(writes()).toBe(0);
    const { sip_trunk_id: half } = await directly("CreateSIPInboundTrunk", {
      trunk: { name: "half", numbers: [number], auth_username: "u" },
    });
    expect(await findings(half)).toEqual(expect.arrayContaining(["livekit.open fail", "livekit.half_login fail"]));
    const { sip_trunk_id: bare } = await directly("CreateSIPInboundTrunk", { trunk: { name: "bare", numbers: ["+33144556678"] } });
    expect(await call("livekit_update_inbound_trunk", { trunk_id: bare, auth_password: "env:TRUNKLINE_SECRET_SIP" })).toMatchObject({
      code: "invalid_input",
      field: "auth_username",
    });
  });

  test("3: entries of allowed_addresses that LiveKit cannot read vanish, and a name is the caller's own word", async () => {
    await start();
    for (const entry of ["sip.example.com", "46.19.210.0/33", "46.19.210.14;transport=tls", "sip://46.19.210.14"])
      expect(await call("livekit_create_inbound_trunk", { name: "x", numbers: [number], allowed_addresses: [entry] }), entry).toMatchObject(
        {
          code: "invalid_input",
          field: "allowed_addresses.0",
        },
      );
    expect(writes()).toBe(0);
    const { sip_trunk_id } = await directly("CreateSIPInboundTrunk", {
      trunk: { name: "named", numbers: [number], allowed_addresses: ["sip.example.com"] },
    });
    expect(await findings(sip_trunk_id)).toEqual(expect.arrayContaining(["livekit.open fail", "livekit.hosts fail"]));
  });

  test("4: replace wipes what was left out, the password first, and media is one value", async () => {
    await start();
    const login = { auth_username: "carrier", auth_password: "env:TRUNKLINE_SECRET_SIP" };
    const given = { name: "in", numbers: [number], ...login, codecs: ["PCMU"], metadata: "kept" };
    const { trunk } = await call("livekit_create_inbound_trunk", given);
    await call("livekit_update_inbound_trunk", { trunk_id: trunk.trunk_id, ringing_timeout: 45 });
    await call("livekit_update_inbound_trunk", { trunk_id: trunk.trunk_id, media_encryption: "require" });
    expect(await loginOf(trunk.trunk_id)).toMatchObject({
      ...{ auth_username: "carrier", auth_password: PASSWORD, metadata: "kept", ringing_timeout: "45s", numbers: [number] },
      media: { only_listed_codecs: true, codecs: [{ name: "PCMU" }], encryption: "SIP_MEDIA_ENCRYPT_REQUIRE" },
    });
    const media = { codecs: [{ name: "PCMU", rate: 8000 }], only_listed_codecs: true, media_timeout: "20s" };
    await directly("UpdateSIPInboundTrunk", { sip_trunk_id: trunk.trunk_id, update: { media } });
    await call("livekit_update_inbound_trunk", { trunk_id: trunk.trunk_id, media_encryption: "allow" });
    expect((await loginOf(trunk.trunk_id)).media).toEqual({ ...media, encryption: "SIP_MEDIA_ENCRYPT_ALLOW" });
    await call("livekit_update_inbound_trunk", { trunk_id: trunk.trunk_id, auth_username: "none", allowed_addresses: ["46.19.210.14"] });
    expect(await loginOf(trunk.trunk_id)).toMatchObject({ auth_username: "", auth_password: "" });
  });

  test("5: a misspelt key would vanish without a word, and a flat body has no trunk", async () => {
    await start();
    expect(await call("livekit_create_inbound_trunk", { name: "in", number })).toMatchObject({ code: "invalid_input" });
    expect(askingEmulator()("CreateSIPInboundTrunk", { name: "in", numbers: [number] })).toMatchObject({
      status: 400,
      body: { msg: "missing trunk" },
    });
    expect(
      askingEmulator()("CreateSIPInboundTrunk", { trunk: { numbers: [number], allowed_adresses: ["1.2.3.4"] } }).body.allowed_addresses,
    ).toEqual([]);
    expect(writes()).toBe(0);
  });

  test("6: outbound trunks are doubled without complaint, and the ids from before tell which is new", async () => {
    await start();
    const out = { name: "out", address: "sip.example.com", transport: "tls", numbers: [number] };
    const first = await call("livekit_create_outbound_trunk", out);
    trunkline.sandbox.script({ kind: "lost", path: "CreateSIPOutboundTrunk" });
    const second = await call("livekit_create_outbound_trunk", out);
    expect(second).toMatchObject({ settled: true, trunk: { trunk_name: "out" } });
    expect(second.trunk.trunk_id).not.toBe(first.trunk.trunk_id);
    expect((await directly("ListSIPOutboundTrunk", {})).items).toHaveLength(2);
  });

  test("7: a removal of an unknown id is answered 200, and removes either kind: the trunk is read first", async () => {
    await start();
    expect(askingEmulator("oss")("DeleteSIPTrunk", { sip_trunk_id: "ST_nobodys" }).status).toBe(200);
    expect(askingEmulator("cloud")("DeleteSIPTrunk", { sip_trunk_id: "ST_nobodys" }).status).toBe(404);
    expect(await call("livekit_delete_trunk", { trunk_id: "ST_nobodys" })).toMatchObject({ code: "not_found", applied: false });
    expect(writes()).toBe(0);
  });

  test("8: a failure may be a refusal, once reading back shows that nothing happened", async () => {
    await start();
    const { trunk } = await call("livekit_create_outbound_trunk", {
      name: "out",
      address: "sip.example.com",
      transport: "tls",
      numbers: [number],
    });
    const body = { code: "unknown", msg: "no trunk numbers specified" };
    trunkline.sandbox.script({ kind: "status", status: 500, body, path: "UpdateSIPOutboundTrunk" });
    expect(await call("livekit_update_outbound_trunk", { trunk_id: trunk.trunk_id, destination_country: "us" })).toMatchObject({
      ...{ code: "invalid_input", applied: false, carrier_message: "no trunk numbers specified", status: 500 },
    });
    expect(askingEmulator("oss")("UpdateSIPOutboundTrunk", { sip_trunk_id: "ST_x", update: {} }).body.code).toBe("not_found");
  });

  test("9: numbers of a rule are compared letter by letter, and national ones match nothing", async () => {
    await start();
    const { trunk } = await call("livekit_create_inbound_trunk", { name: "in", numbers: [number], auth_username: "carrier" });
    const rule = { name: "rule", trunk_ids: [trunk.trunk_id], rule_type: "individual" };
    expect(await call("livekit_create_dispatch_rule", { ...rule, numbers: ["33144556677"] })).toMatchObject({
      code: "invalid_input",
      field: "numbers.0",
    });
    expect(await call("livekit_update_inbound_trunk", { trunk_id: trunk.trunk_id, numbers: ["08044319240"] })).toMatchObject({
      code: "invalid_input",
    });
  });

  test("10: the transport is always said", async () => {
    await start();
    const out = { name: "out", address: "sip.example.com:443", numbers: [number] };
    expect(await call("livekit_create_outbound_trunk", out)).toMatchObject({ code: "invalid_input", field: "transport" });
    expect(await call("livekit_create_outbound_trunk", { ...out, transport: "auto" })).toMatchObject({ code: "invalid_input" });
    const { sip_trunk_id } = await directly("CreateSIPOutboundTrunk", { trunk: { ...out, name: "foreign" } });
    expect(await findings(sip_trunk_id)).toContain("livekit.transport warn");
  });

  test("11: the user of From is a number of the trunk, never the login", async () => {
    await start();
    const out = { name: "out", address: "sip.example.com", transport: "tls", numbers: [] };
    expect(await call("livekit_create_outbound_trunk", out)).toMatchObject({ code: "invalid_input", field: "numbers" });
    expect(livekitPromptSentences.causes?.wrong_caller_id?.join(" ")).toContain("never the login");
  });

  test("12: passwords come back in clear from LiveKit, and from nowhere else", async () => {
    await start();
    const login = { auth_username: "carrier", auth_password: "env:TRUNKLINE_SECRET_SIP" };
    const { trunk } = await call("livekit_create_inbound_trunk", { name: "in", numbers: [number], ...login });
    const rule = { name: "rule", trunk_ids: ["in"], rule_type: "individual", pin: "env:TRUNKLINE_SECRET_SIP" };
    const { dispatch_rule } = await call("livekit_create_dispatch_rule", rule);
    expect(dispatch_rule).toMatchObject({ has_pin: true });
    expect((await loginOf(trunk.trunk_id)).auth_password).toBe(PASSWORD);
    const open = { metadata: `sip login ${PASSWORD}` };
    await directly("UpdateSIPInboundTrunk", { sip_trunk_id: trunk.trunk_id, update: open });
    const seen = [
      await call("get_trunk", { trunk_id: trunk.trunk_id }),
      await call("list_trunks", { details: true }),
      await call("livekit_list_dispatch_rules", {}),
      await call("livekit_update_inbound_trunk", { trunk_id: trunk.trunk_id, krisp_enabled: true }),
      await call("livekit_delete_trunk", { trunk_id: trunk.trunk_id }),
    ];
    expect(seen[0].trunk.attributes.metadata).toBe("sip login [secret]");
    expect(seen.filter(({ code }) => code !== undefined)).toEqual([]);
    expect(JSON.stringify(seen)).not.toContain(PASSWORD);
    expect(seen[0].trunk.credentials).toMatchObject([{ user_name: "carrier", secret_ref: `secret:livekit/${trunk.trunk_id}/sip` }]);
  });
});
