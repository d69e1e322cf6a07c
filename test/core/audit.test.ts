import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

interface Row {
  trunk_name: string;
  findings: string[];
  [field: string]: unknown;
}

async function make(tool: string, args: Record<string, unknown>): Promise<void> {
  const { isError, value } = await trunkline.call(tool, args);
  if (isError) throw new Error(JSON.stringify(value));
}

const audit = async (args: Record<string, unknown> = { details: true }) => (await trunkline.call("list_trunks", args)).value;
const named = (rows: Row[]) => Object.fromEntries(rows.map(({ trunk_name, findings }) => [trunk_name, findings]));

describe("an audit of all carriers in one call", () => {
  beforeEach(async () => {
    trunkline = await startTrunkline({
      unlimited: true,
      person: ({ message }) => ({ action: "accept", content: { trunk_name: /"(.+)" to agree/.exec(message)?.[1] ?? "" } }),
    });
    for (const trunk_name of ["wide", "pbx", "bare", "roaming"]) await make("exotel_create_trunk", { trunk_name });
    await make("exotel_map_phone_number", { trunk_sid: "pbx", phone_number: "+918044319240" });
    await make("exotel_map_phone_number", { trunk_sid: "pbx", phone_number: "+918044319241", mode: "flow" });
    await make("exotel_whitelist_ip", { trunk_sid: "pbx", ip: "44.248.146.11" });
    await make("exotel_whitelist_ip", { trunk_sid: "wide", ip: "44.248.0.0", mask: 16 });
    await make("exotel_set_trunk_alias", { trunk_sid: "wide", alias: "+918044319249" });
    await make("exotel_add_destination_uris", { trunk_sid: "wide", destinations: [{ destination: "sip.example.com:5061;transport=tls" }] });
    await make("exotel_create_credentials", { trunk_sid: "roaming", user_name: "bot" });
    const out = { on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["44.248.146.11"] };
    await make("didww_create_voice_out_trunk", { ...out, name: "sales", threshold_amount: "9000.0", dst_prefixes: ["34", "33"] });
    await make("didww_create_voice_out_trunk", { ...out, name: "closed", default_dst_action: "reject_all", threshold_amount: "10.0" });
    await make("vyom_create_outbound_trunk", {
      trunk_name: "voice",
      trunk_type: "exotel",
      trunk_config: { exotel_number: "+918044319240" },
    });
  });

  test("says of each trunk who may call from where, its routes, logins and limits, and what is wrong", async () => {
    const value = await audit();
    expect(value).toMatchObject({ complete: true, next_cursor: null, carriers: { exotel: 4, didww: 2, vyom: 1 } });
    expect(named(value.trunks)).toEqual({
      wide: ["open_to_more_than_28", "unmapped_alias"],
      pbx: [],
      bare: ["no_callers", "no_route"],
      roaming: ["login_from_anywhere", "no_route"],
      sales: ["limit_above_default"],
      closed: ["no_route"],
      voice: [],
    });
    const row = (name: string) => value.trunks.find((one: Row) => one.trunk_name === name);
    expect(row("pbx")).toMatchObject({
      ips: ["44.248.146.11/32"],
      numbers: expect.arrayContaining(["+918044319240", "+918044319241 flow"]),
      logins: [],
    });
    expect(row("wide")).toMatchObject({
      ips: ["44.248.0.0/16"],
      destinations: ["sip.example.com:5061;transport=tls"],
      alias: "+918044319249",
    });
    expect(row("roaming")).toMatchObject({ logins: ["bot"], ips: [] });
    expect(row("sales")).toMatchObject({ limits: "at most 9000 in 24 h; every number except 33, 34", ips: ["44.248.146.11/32"] });
    expect(row("closed")).toMatchObject({ limits: "at most 10 in 24 h; no number may be called" });
    expect(row("voice")).toMatchObject({ others_may_call: "whoever has the account's API key", numbers: ["+918044319240"] });
  });

  test.each([
    ["open_to_more_than_28", ["wide"]],
    ["login_from_anywhere", ["roaming"]],
    ["no_callers", ["bare"]],
    ["no_route", ["bare", "closed", "roaming"]],
    ["unmapped_alias", ["wide"]],
    ["limit_above_default", ["sales"]],
  ])("where %s", async (where, names) => {
    const { trunks, complete } = await audit({ where });
    expect(trunks.map((row: Row) => row.trunk_name).sort()).toEqual(names);
    expect(complete).toBe(true);
  });

  test("costs Exotel five requests a trunk beside the list, and the others none beside their lists", async () => {
    const before = trunkline.sandbox.seen.length;
    await audit();
    const asked = trunkline.sandbox.seen.slice(before).map(({ provider }) => provider);
    const count = (id: string) => asked.filter((provider) => provider === id).length;
    expect([count("exotel"), count("didww"), count("vyom")]).toEqual([1 + 4 * 5, 2, 1]);
  });

  test("without details a row has what the listing told, and no more", async () => {
    const { trunks } = await audit({});
    const row = (name: string) => trunks.find((one: Row) => one.trunk_name === name);
    expect(Object.keys(row("pbx")).sort()).toEqual(["provider", "status", "trunk_id", "trunk_name"]);
    expect(row("sales").counts).toEqual({ ips: 1, logins: 1, numbers: 0 });
    expect(row("voice")).toMatchObject({ numbers: ["+918044319240"], counts: { numbers: 1 } });
  });

  test("a trunk that could not be read says so, and no condition leaves it out", async () => {
    trunkline.sandbox.script({ kind: "status", status: 403, provider: "exotel", path: "whitelisted-ips", times: 1 });
    const { trunks } = await audit({ where: "open_to_more_than_28" });
    expect(trunks.filter((row: Row) => row["unread"] !== undefined)).toHaveLength(1);
    expect(trunks.map((row: Row) => row.trunk_name)).toContain("wide");
  });

  test("a carrier that asks to wait ends the page, which goes on there", async () => {
    trunkline.sandbox.script({ kind: "status", status: 429, retry_after: "900", provider: "exotel", path: "credentials", times: 1 });
    const first = await audit();
    expect(first).toMatchObject({ complete: false, missing: [{ provider: "exotel", code: "rate_limited", retry_after_seconds: 900 }] });
    const rest = await audit({ details: true, cursor: first.next_cursor });
    expect(Object.keys(named([...first.trunks, ...rest.trunks]))).toHaveLength(7);
    expect(rest).toMatchObject({ complete: false, next_cursor: null });
  });

  test("tells how far it is", async () => {
    const told: [number, number | undefined][] = [];
    const client = trunkline.client as import("@modelcontextprotocol/sdk/client/index.js").Client;
    const onprogress = ({ progress, total }: { progress: number; total?: number | undefined }) => void told.push([progress, total]);
    await client.callTool({ name: "list_trunks", arguments: { details: true } }, undefined, { onprogress });
    expect(told).toEqual([
      [4, 7],
      [7, 7],
    ]);
  });
});

describe("long lists", () => {
  test("limit 100 gives 100, and the audit of as many goes on where it stopped", async () => {
    trunkline = await startTrunkline({ unlimited: true });
    for (let n = 0; n < 101; n++) await make("exotel_create_trunk", { trunk_name: `outbound_pbx_${n}` });
    const page = await audit({ limit: 100 });
    expect(page.trunks).toHaveLength(100);
    expect(page).toMatchObject({ complete: false, next_cursor: expect.any(String) });
    const seen = new Set<string>();
    let calls = 0;
    for (let cursor: string | undefined; calls === 0 || cursor; calls++) {
      const { trunks, next_cursor } = await audit({ details: true, limit: 100, ...(cursor ? { cursor } : {}) });
      for (const { trunk_name } of trunks) seen.add(trunk_name);
      cursor = next_cursor;
    }
    expect([seen.size, calls]).toEqual([101, 6]);
  });

  test("rows that are too long lose their numbers before any row is left to the next page", async () => {
    trunkline = await startTrunkline({ unlimited: true, environment: { TRUNKLINE_SECRET_TWILIO: "twilio_password" } });
    const numbers = Array.from({ length: 3 }, (_, n) => `+91804431924${n}`);
    const trunk_config = { address: "x.pstn.twilio.com", numbers, username: "u", password: "env:TRUNKLINE_SECRET_TWILIO" };
    for (let n = 0; n < 90; n++)
      await make("vyom_create_outbound_trunk", { trunk_name: `a name of some length ${n}`, trunk_type: "twilio", trunk_config });
    const { trunks, warnings } = await audit({ limit: 100 });
    expect(trunks).toHaveLength(90);
    expect(trunks[0].numbers).toBeUndefined();
    expect(warnings.join()).toContain("left out to keep the answer short");
    const few = await audit({ limit: 20 });
    expect(few.trunks[0].numbers).toEqual(numbers);
  });
});

describe("review_security", () => {
  test("embeds who may call over each trunk, so that no trunk has to be read again", async () => {
    trunkline = await startTrunkline({ unlimited: true });
    await make("exotel_create_trunk", { trunk_name: "pbx" });
    await make("exotel_whitelist_ip", { trunk_sid: "pbx", ip: "44.248.146.11" });
    const { messages } = await trunkline.client.getPrompt({ name: "review_security", arguments: { provider: "exotel" } });
    const [embedded] = messages.flatMap(({ content }) =>
      content.type === "resource" && "text" in content.resource ? [content.resource.text] : [],
    );
    expect(JSON.parse(embedded ?? "null")).toMatchObject({
      trunks: [{ trunk_name: "pbx", ips: ["44.248.146.11/32"], findings: ["no_route"] }],
      complete: true,
      next_cursor: null,
    });
  });
});
