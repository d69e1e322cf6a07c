import Telnyx from "telnyx";
import { describe, expect, onTestFinished, test } from "vitest";
import { TELNYX_SANDBOX_KEY, telnyxEmulator } from "../../src/providers/telnyx/emulator.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { startTrunkline, typedIn } from "../support/trunkline.ts";

const { dialects } = telnyxEmulator;
const NUMBER = "+13125550141";

/** Our server, and the account as others may change it. */
async function start(dialect = "observed") {
  const asked: string[] = [];
  const person = ({ message }: { message: string }) => {
    asked.push(message);
    return { action: "accept" as const, content: { trunk_name: typedIn(message) } };
  };
  const world = await startTrunkline({ providers: [telnyx], dialect, unlimited: true, person });
  onTestFinished(() => world.close());
  const base = `${world.sandbox.urlOf("telnyx")}/v2`;
  const raw = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${TELNYX_SANDBOX_KEY}`, "content-type": "application/json" };
    const response = await fetch(`${base}/${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    // biome-ignore lint/suspicious/noExplicitAny: a test reads the JSON that a client receives.
    return { status: response.status, ...((await response.json()) as any) };
  };
  const done = async (tool: string, args: Record<string, unknown>) => {
    const { isError, value } = await world.call(tool, args);
    if (isError) throw new Error(`${tool}: ${JSON.stringify(value)}`);
    return value;
  };
  const connection = async (connection_name: string, connection_type: string, more = {}): Promise<string> =>
    (await done("telnyx_create_connection", { connection_name, connection_type, ...more })).trunk.trunk_id;
  const sent = (method: string) => world.sandbox.seen.filter((request) => request.method === method);
  return { ...world, asked, base, raw, done, connection, sent };
}

/** A reading of a trunk shows 1, 2, 4, 14 and 15 too: test/check/telnyx.test.ts. */
describe("the traps of Telnyx's API", () => {
  test("trap 1, a connection without a profile: making one says that no call will go out", async () => {
    const { call } = await start();
    const { value } = await call("telnyx_create_connection", { connection_name: "office", connection_type: "ip" });
    expect(JSON.stringify(value.warnings ?? value)).toContain("every call out is refused with 403");
  });

  test("trap 2, a profile without caps: one that is made by us has both", async () => {
    const { done, raw } = await start();
    const bare = await raw("POST", "outbound_voice_profiles", { name: "bare" });
    expect(bare.data).toMatchObject({ daily_spend_limit_enabled: false, concurrent_call_limit: null });
    const { outbound_voice_profile: made } = await done("telnyx_create_outbound_voice_profile", { name: "office" });
    const { data } = await raw("GET", `outbound_voice_profiles/${made.outbound_voice_profile_id}`);
    expect(data).toMatchObject({
      daily_spend_limit_enabled: true,
      daily_spend_limit: expect.any(String),
      concurrent_call_limit: expect.any(Number),
    });
  });

  test("trap 3, an id of 19 digits as a number: a host name is found on its own connection", async () => {
    const { base, connection, done } = await start();
    const id = await connection("bot", "fqdn");
    await done("telnyx_add_address", { connection_id: id, fqdn: "bot.example.com", port: 5060 });
    // The control: read as a number, it is another one.
    const sdk = new Telnyx({ apiKey: TELNYX_SANDBOX_KEY, baseURL: base, maxRetries: 0 });
    for await (const row of sdk.fqdns.list()) expect(String(row.connection_id)).not.toBe(id);
    const { trunk } = await done("get_trunk", { trunk_id: id });
    expect(trunk.destination_uris).toMatchObject([{ destination: "bot.example.com:5060;transport=udp" }]);
    await done("telnyx_remove_address", { connection_id: id, address: "bot.example.com" });
    expect((await done("get_trunk", { trunk_id: id })).trunk.destination_uris ?? []).toEqual([]);
  });

  test("trap 4, addresses in the body of a create are ignored: ours go by a call of their own", async () => {
    const { raw, connection, done } = await start();
    const made = await raw("POST", "ip_connections", { ip_authentication: { ip_addresses: ["44.248.146.11"] } });
    expect([made.status, (await raw("GET", `ips?filter[connection_id]=${made.data.id}`)).data]).toEqual([201, []]);
    const id = await connection("office", "ip");
    await done("telnyx_add_address", { connection_id: id, ip_address: "44.248.146.11" });
    expect((await raw("GET", `ips?filter[connection_id]=${id}`)).data).toMatchObject([{ ip_address: "44.248.146.11", port: 5060 }]);
  });

  test.each(["status", "lost"] as const)("trap 5, a create that ends in a fault (%s) is sent once", async (kind) => {
    const { call, sandbox, sent, raw } = await start();
    sandbox.script({ kind, method: "POST", path: "ip_connections", times: 3 });
    const { isError } = await call("telnyx_create_connection", { connection_name: "office", connection_type: "ip" });
    expect([isError, sent("POST").length]).toEqual([kind === "status", 1]);
    expect((await raw("GET", "ip_connections")).data).toHaveLength(kind === "status" ? 0 : 1);
  });

  test("trap 6, a filter that finds parts of names: the one of exactly that name is meant, and short names are found too", async () => {
    const { connection, done, sandbox } = await start();
    const ids = { "office two": await connection("office two", "ip"), Office: await connection("Office", "ip") };
    const [office, short] = [await connection("office", "ip"), await connection("of", "ip")];
    for (const [name, id] of Object.entries({ ...ids, office, of: short })) {
      const from = sandbox.seen.length;
      expect((await done("get_trunk", { trunk_id: name })).trunk.trunk_id).toBe(id);
      const filters = sandbox.seen.slice(from).filter(({ path }) => decodeURIComponent(path).includes("filter[connection_name]"));
      expect(filters.length > 0).toBe(name !== "of");
    }
  });

  test("trap 7, an object in a change that replaces: the profile stays where a limit changes", async () => {
    const { raw, connection, done } = await start("strict");
    const { data: profile } = await raw("POST", "outbound_voice_profiles", { name: "office" });
    const id = await connection("office", "ip", { outbound_voice_profile_id: "office" });
    await done("telnyx_update_connection", { connection_id: id, outbound: { channel_limit: 2 } });
    const outboundOf = async () => (await raw("GET", `ip_connections/${id}`)).data.outbound;
    expect(await outboundOf()).toMatchObject({ channel_limit: 2, outbound_voice_profile_id: profile.id });
    await raw("PATCH", `ip_connections/${id}`, { outbound: { channel_limit: 3 } });
    expect(await outboundOf()).toMatchObject({ channel_limit: 3, outbound_voice_profile_id: null });
  });

  test("trap 8, fields that a change must repeat: a profile is changed under its name", async () => {
    const { raw, done } = await start();
    const { data: profile } = await raw("POST", "outbound_voice_profiles", { name: "office" });
    const { data: ip } = await raw("POST", "ips", { ip_address: "44.248.146.11" });
    const refused = [
      await raw("PATCH", `outbound_voice_profiles/${profile.id}`, { enabled: false }),
      await raw("PATCH", `ips/${ip.id}`, { port: 5080 }),
    ];
    expect(refused.map(({ status, errors }) => [status, errors[0].code, errors[0].source.pointer])).toEqual([
      [422, "10004", "/name"],
      [422, "10004", "/ip_address"],
    ]);
    await done("telnyx_update_outbound_voice_profile", { outbound_voice_profile_id: profile.id, enabled: false });
    expect((await raw("GET", `outbound_voice_profiles/${profile.id}`)).data).toMatchObject({ name: "office", enabled: false });
  });

  test("trap 9, 200 for one create and 201 for another, 200 with a body for a removal: all are successes", async () => {
    const { raw, connection, done } = await start();
    const profile = await raw("POST", "outbound_voice_profiles", { name: "other" });
    const other = await raw("POST", "ip_connections", {});
    const removed = await raw("DELETE", `ip_connections/${other.data.id}`);
    expect([profile.status, other.status, removed.status, removed.data.id]).toEqual([200, 201, 200, other.data.id]);
    await done("telnyx_create_outbound_voice_profile", { name: "office" });
    const id = await connection("office", "ip");
    expect(await done("telnyx_delete_connection", { connection_id: id })).toMatchObject({ removed: true });
  });

  test("trap 10, a list of all connections: an application is no trunk", async () => {
    const { raw, connection, done, call } = await start();
    const id = await connection("office", "ip");
    const rows = (await raw("GET", "connections")).data as { id: string; record_type: string }[];
    const application = rows.find(({ record_type }) => record_type === "call_control_application")?.id;
    expect((await done("list_trunks", {})).trunks.map(({ trunk_id }: { trunk_id: string }) => trunk_id)).toEqual([id]);
    const { isError, value } = await call("get_trunk", { trunk_id: application });
    expect([isError, value.code]).toEqual([true, "not_found"]);
  });

  test.each(dialects)("trap 11, passwords in answers: none reaches a result, in the dialect %s", async (dialect) => {
    const { raw, connection, done, call } = await start(dialect);
    const [first, second] = ["Canary-one-5521", "Canary-two-7718"];
    const id = await connection("desk", "credential", { user_name: "desk01", password: first });
    const told = (await raw("GET", `credential_connections/${id}`)).data.password;
    expect(told).toBe(dialect === "strict" ? "********" : first);
    const results = [
      await call("get_trunk", { trunk_id: id }),
      await call("list_trunks", {}),
      await call("telnyx_update_connection", { connection_id: id, active: false }),
      await call("telnyx_set_login", { connection_id: id, user_name: "desk02", password: second }),
      await call("telnyx_delete_connection", { connection_id: id }),
    ];
    expect(results.map(({ isError }) => isError)).toEqual(Array(5).fill(false));
    expect(JSON.stringify(results)).not.toMatch(/Canary-/);
    expect(await done("list_trunks", {})).toMatchObject({ trunks: [] });
  });

  test.each(dialects)(
    "trap 12, nothing tells how a number is taken off: it is off, and still the account's, in the dialect %s",
    async (dialect) => {
      const { raw, connection, done, sent } = await start(dialect);
      const id = await connection("office", "ip");
      await done("telnyx_assign_phone_number", { connection_id: id, phone_number: NUMBER });
      await done("telnyx_unassign_phone_number", { phone_number: NUMBER });
      const [row] = (await raw("GET", "phone_numbers?filter[phone_number]=13125550141")).data;
      expect([row.connection_id ?? null, row.status]).toEqual([null, "active"]);
      // Deleting the number would give it up.
      expect(sent("DELETE")).toEqual([]);
    },
  );

  test.each([
    [{}, { dns_record_type: "srv", port: null }],
    [{ port: 5062 }, { dns_record_type: "a", port: 5062 }],
    [{ dns_record_type: "a" }, { dns_record_type: "a", port: 5060 }],
  ])("trap 13, port and record type of a host name: %j becomes %j", async (given, expected) => {
    const { raw, connection, done } = await start();
    const connection_id = await connection("bot", "fqdn");
    await done("telnyx_add_address", { connection_id, fqdn: "bot.example.com", ...given });
    expect((await raw("GET", "fqdns")).data).toMatchObject([expected]);
  });

  test("trap 13, srv with a port is refused before anything is sent, as the API would", async () => {
    const { raw, connection, call, sent } = await start();
    const connection_id = await connection("bot", "fqdn");
    const address = { connection_id, fqdn: "bot.example.com", port: 5060, dns_record_type: "srv" };
    const posts = sent("POST").length;
    expect((await call("telnyx_add_address", address)).value).toMatchObject({ code: "invalid_input", field: "port" });
    expect(sent("POST").length).toBe(posts);
    expect((await raw("POST", "fqdns", address)).status).toBe(422);
  });

  test.each(dialects)("trap 14, SRTP with TLS may be refused: the answer names the field, in the dialect %s", async (dialect) => {
    const { call } = await start(dialect);
    const both = { transport_protocol: "TLS", encrypted_media: "SRTP" };
    const { isError, value } = await call("telnyx_create_connection", { connection_name: "office", connection_type: "ip", ...both });
    expect(isError).toBe(dialect !== "observed");
    if (isError) expect(value).toMatchObject({ code: "invalid_input", field: "encrypted_media", applied: false });
  });

  test("trap 15, defaults: a host name connection of ours does not take calls from anyone", async () => {
    const { raw, connection } = await start();
    const bare = await raw("POST", "fqdn_connections", { connection_name: "bare" });
    expect(bare.data.inbound).toMatchObject({
      ...{ ani_number_format: "E.164-national", dnis_number_format: "e164", sip_region: "US" },
      sip_subdomain_receive_settings: "from_anyone",
    });
    const { data } = await raw("GET", `fqdn_connections/${await connection("bot", "fqdn")}`);
    expect(data.inbound.sip_subdomain_receive_settings).toBe("only_my_connections");
  });

  test.each([
    ["from_anyone", 1],
    ["only_my_connections", 0],
  ])(
    "trap 15, a subdomain for a connection that takes calls %s: a person is asked %i times",
    async (sip_subdomain_receive_settings, times) => {
      const { raw, done, asked } = await start();
      const { data } = await raw("POST", "fqdn_connections", { connection_name: "bare", inbound: { sip_subdomain_receive_settings } });
      await done("telnyx_update_connection", { connection_id: data.id, inbound: { sip_subdomain: "bot" } });
      expect(asked).toHaveLength(times);
      for (const message of asked) expect(message).toContain("sip_subdomain");
    },
  );
});
