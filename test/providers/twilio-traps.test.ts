import { afterEach, describe, expect, test } from "vitest";
import { twilioSandboxAccount } from "../../src/providers/twilio/emulator/account.ts";
import { twilioEmulator } from "../../src/providers/twilio/emulator.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { type Options, startTrunkline, type Trunkline, typedIn } from "../support/trunkline.ts";
import { SIP, twilioConsole } from "../support/twilio-console.ts";
import { requestOf } from "../support/twilio-sdk.ts";

const { subaccount } = twilioSandboxAccount;

let trunkline: Trunkline;
let asked: string[];
afterEach(() => trunkline?.close());

async function start(options: Options = {}) {
  asked = [];
  const person: Options["person"] = ({ message }) => {
    asked.push(message);
    return { action: "accept", content: { trunk_name: typedIn(message) } };
  };
  trunkline = await startTrunkline({ providers: [twilio], person, unlimited: true, ...options });
  return async (tool: string, args: Record<string, unknown> = {}) => {
    const { isError, value } = await trunkline.call(tool, args);
    if (isError) throw new Error(`${tool}: ${JSON.stringify(value)}`);
    return value;
  };
}

/** Past our own rules: what somebody else does in the account. */
const elsewhere: ReturnType<typeof twilioConsole>["ask"] = (...request) => twilioConsole(trunkline).ask(...request);
const sharedList = (trunks: readonly string[], addresses = ["203.0.113.77"]) => twilioConsole(trunkline).list("office", trunks, addresses);

const requests = () => trunkline.sandbox.seen.map(requestOf);
const writes = () => requests().filter(({ method }) => method !== "GET");

describe.each(twilioEmulator.dialects)("in the dialect %s", (dialect) => {
  const newTrunk = async (call: Awaited<ReturnType<typeof start>>, friendly_name = "one", more = {}) =>
    (await call("twilio_create_trunk", { friendly_name, ...more })).trunk.trunk_id as string;

  test("trap 1, JSON bodies: every write is a form, with names that Twilio reads", async () => {
    const call = await start({ dialect });
    const trunk_sid = await newTrunk(call, "named");
    expect((await call("get_trunk", { trunk_id: trunk_sid })).trunk.trunk_name).toBe("named");
    expect(writes().map(({ headers }) => headers["content-type"])).toEqual(["application/x-www-form-urlencoded"]);
  });

  test("trap 2, empty or loose lists: the address is in the list before the list is on the trunk", async () => {
    const call = await start({ dialect });
    const trunk_sid = await newTrunk(call);
    await call("twilio_allow_ip", { trunk_sid, ip: "203.0.113.1" });
    const after = writes().slice(1);
    expect(after.map(({ path }) => path.split("/").at(-1))).toEqual([
      "IpAccessControlLists.json",
      "IpAddresses.json",
      "IpAccessControlLists",
    ]);
    expect(after[0]?.form.get("FriendlyName")).toBe(`trunkline ${trunk_sid} ips`);
    // A call that ended half way is finished by the same call.
    await elsewhere("DELETE", `/trunking/v1/Trunks/${trunk_sid}/IpAccessControlLists/${after[2]?.form.get("IpAccessControlListSid")}`);
    await call("twilio_allow_ip", { trunk_sid, ip: "203.0.113.1" });
    expect((await call("get_trunk", { trunk_id: trunk_sid })).trunk.whitelisted_ips).toMatchObject([{ ip: "203.0.113.1", mask: 32 }]);
  });

  test("trap 3, shared lists: nothing is added to one or taken from one, and its other trunks are named", async () => {
    const call = await start({ dialect });
    const [one, other] = [await newTrunk(call, "one"), await newTrunk(call, "other")];
    const list = await sharedList([one, other], ["203.0.113.77", "203.0.113.78"]);
    await call("twilio_allow_ip", { trunk_sid: one, ip: "203.0.113.1" });
    const { trunks } = await call("list_trunks", { details: true });
    expect(trunks.map((row: { trunk_id: string; lists: string[] }) => [row.trunk_id, row.lists])).toEqual([
      [one, ["office"]],
      [other, ["office"]],
    ]);
    const removed = await call("twilio_remove_ip", { trunk_sid: one, ip: "203.0.113.77" });
    expect(removed).toMatchObject({
      removed: true,
      warnings: [expect.stringContaining('not changed for other trunks and SIP Domains: "office"')],
    });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('The list "office" is taken off this trunk only: it stays on "other", with all its callers.');
    expect(asked[0]).toContain("203.0.113.77/32 may no longer place calls.");
    expect(asked[0]).not.toContain("203.0.113.78");
    expect((await call("list_trunks", { details: true })).trunks[0].lists, "its own is not told").toBeUndefined();
    const rowsOf = async (trunk_id: string) => (await call("get_trunk", { trunk_id })).trunk.whitelisted_ips;
    expect(await rowsOf(one)).toMatchObject([{ ip: "203.0.113.1" }, { ip: "203.0.113.78", friendly_name: "pbx 203.0.113.78" }]);
    expect(await rowsOf(other)).toMatchObject([
      { ip: "203.0.113.77", list: "office" },
      { ip: "203.0.113.78", list: "office" },
    ]);
    expect(await twilioConsole(trunkline).addressesIn(list)).toEqual(["203.0.113.77", "203.0.113.78"]);
  });

  test("trap 3, shared lists: a whole one goes off by its name, and never leaves a trunk open to every login", async () => {
    const call = await start({ dialect });
    const one = await newTrunk(call, "one");
    await call("twilio_create_credential", { trunk_sid: one, username: "pbx" });
    await sharedList([one]);
    await call("twilio_remove_ip", { trunk_sid: one, ip: "office" });
    expect(asked.at(-1)).toContain("203.0.113.77/32 may no longer place calls.");
    const { trunk } = await call("get_trunk", { trunk_id: one });
    expect(trunk).toMatchObject({ whitelisted_ips: [], attributes: { ip_lists: [`trunkline ${one} ips`] } });
    const order = writes().flatMap(({ method, path }) =>
      path.includes("/IpAccessControlLists") ? `${method} ${path.split("/").at(-1)}` : [],
    );
    expect(order.slice(-2)).toEqual(["POST IpAccessControlLists", expect.stringMatching(/^DELETE AL/)]);
  });

  test("trap 3, shared lists: a removal that ended half way, or whose answer was lost, is finished by the same call", async () => {
    const call = await start({ dialect });
    const [one, other] = [await newTrunk(call, "one"), await newTrunk(call, "other")];
    await sharedList([one, other], ["203.0.113.77", "203.0.113.78"]);
    const detach = { method: "DELETE", path: `/trunking/v1/Trunks/${one}/IpAccessControlLists/` };
    trunkline.sandbox.script({ kind: "status", status: 400, body: { code: 20409, message: "busy", status: 409 }, ...detach });
    const args = { trunk_sid: one, ip: "203.0.113.77" };
    expect((await trunkline.call("twilio_remove_ip", args)).value).toMatchObject({
      applied: "unknown",
      message: expect.stringContaining("203.0.113.78/32 was added to the list"),
    });
    trunkline.sandbox.script({ kind: "lost", ...detach });
    expect(await call("twilio_remove_ip", args)).toMatchObject({ removed: true, settled: true });
    const { trunk } = await call("get_trunk", { trunk_id: one });
    expect(trunk.whitelisted_ips).toMatchObject([{ ip: "203.0.113.78" }]);
  });

  test("trap 3, shared lists: names of trunks that a model gives are held against those that have the list", async () => {
    const call = await start({ dialect });
    const [one, other] = [await newTrunk(call, "one"), await newTrunk(call, "other")];
    await sharedList([one, other]);
    await call("twilio_allow_ip", { trunk_sid: one, ip: "203.0.113.1" });
    for (const ip of ["office", "203.0.113.1"]) {
      const { value } = await trunkline.call("twilio_remove_ip", { trunk_sid: one, ip, others: ["nobody at all"] });
      expect(value).toMatchObject({ code: "conflict", applied: false });
    }
    expect(asked).toEqual([]);
  });

  test("trap 3, shared lists: the trunk's own one is one too, once somebody gave it to another trunk", async () => {
    const call = await start({ dialect });
    const [one, other] = [await newTrunk(call, "one"), await newTrunk(call, "other")];
    const { whitelisted_ip } = await call("twilio_allow_ip", { trunk_sid: one, ip: "203.0.113.1" });
    const [list] = whitelisted_ip.whitelisted_ip_id.split("/");
    await elsewhere("POST", `/trunking/v1/Trunks/${other}/IpAccessControlLists`, { IpAccessControlListSid: list });
    const { value } = await trunkline.call("twilio_allow_ip", { trunk_sid: one, ip: "203.0.113.2" });
    expect(value).toMatchObject({ code: "conflict", applied: false, message: expect.stringContaining(`"other" (${other})`) });
    const removal = await trunkline.call("twilio_remove_ip", { trunk_sid: one, ip: "203.0.113.1" });
    expect(removal.value).toMatchObject({ code: "conflict", applied: false, message: expect.stringContaining(`"other" (${other})`) });
    expect(asked, "nobody is asked for what would be refused").toEqual([]);
    expect((await call("get_trunk", { trunk_id: other })).trunk.whitelisted_ips).toHaveLength(1);
  });

  test("trap 2, a list that was never attached: what else is in it is not let in, and the same call again does the rest", async () => {
    const call = await start({ dialect });
    const trunk_sid = await newTrunk(call);
    const attach = { method: "POST", path: `/trunking/v1/Trunks/${trunk_sid}/IpAccessControlLists` };
    trunkline.sandbox.script({ kind: "status", status: 400, body: { code: 20409, message: "busy", status: 409 }, ...attach });
    const half = (await trunkline.call("twilio_allow_ip", { trunk_sid, ip: "203.0.113.1" })).value;
    expect(half).toMatchObject({ applied: "unknown", message: expect.stringContaining("203.0.113.1/32 was added to the list") });
    const another = (await trunkline.call("twilio_allow_ip", { trunk_sid, ip: "203.0.113.2" })).value;
    expect(another).toMatchObject({ code: "conflict", applied: false, message: expect.stringContaining("203.0.113.1/32") });
    await call("twilio_allow_ip", { trunk_sid, ip: "203.0.113.1" });
    await call("twilio_allow_ip", { trunk_sid, ip: "203.0.113.2" });
    expect((await call("get_trunk", { trunk_id: trunk_sid })).trunk.whitelisted_ips).toHaveLength(2);
  });

  test("trap 4, both kinds of list: the first of the second kind asks a person, since it shuts others out", async () => {
    const call = await start({ dialect });
    const trunk_sid = await newTrunk(call);
    await call("twilio_create_credential", { trunk_sid, username: "pbx" });
    expect(asked).toEqual([]);
    await call("twilio_allow_ip", { trunk_sid, ip: "203.0.113.1" });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/address asked for/);
    await call("twilio_allow_ip", { trunk_sid, ip: "203.0.113.2" });
    expect(asked).toHaveLength(1);
    const other = await newTrunk(call, "other");
    await call("twilio_allow_ip", { trunk_sid: other, ip: "203.0.113.1" });
    await call("twilio_create_credential", { trunk_sid: other, username: "pbx" });
    expect(asked.at(-1)).toMatch(/login asked for/);
  });

  test("trap 5, no domain: a trunk without one is shown without one", async () => {
    const call = await start({ dialect });
    const { trunk } = await call("get_trunk", { trunk_id: await newTrunk(call) });
    expect(trunk.domain_name).toBeUndefined();
  });

  test("trap 6, names: an absent one is replaced by the domain or the sid, and one that two have is no name", async () => {
    const call = await start({ dialect });
    const { sid: bare } = await elsewhere("POST", "/trunking/v1/Trunks", {});
    const { sid: withDomain } = await elsewhere("POST", "/trunking/v1/Trunks", { DomainName: "only.pstn.twilio.com" });
    const { trunks } = await call("list_trunks");
    expect(trunks.map((row: { trunk_id: string; trunk_name: string }) => [row.trunk_id, row.trunk_name])).toEqual([
      [bare, bare],
      [withDomain, "only.pstn.twilio.com"],
    ]);
    await newTrunk(call, "same");
    await newTrunk(call, "same");
    const { isError, value } = await trunkline.call("get_trunk", { trunk_id: "same" });
    expect([isError, value.candidates?.length]).toEqual([true, 2]);
  });

  test("trap 7, prefix lengths: one is always sent, and one that is missing is the whole address", async () => {
    const call = await start({ dialect });
    const trunk_sid = await newTrunk(call);
    await call("twilio_allow_ip", { trunk_sid, ip: "203.0.113.1" });
    expect(writes().flatMap(({ form }) => form.get("CidrPrefixLength") ?? [])).toEqual(["32"]);
    await sharedList([trunk_sid]);
    const { trunk } = await call("get_trunk", { trunk_id: trunk_sid });
    expect(trunk.whitelisted_ips.map(({ mask }: { mask: number }) => mask)).toEqual([32, 32]);
  });

  test("trap 8, links and plus: only page and token of a link are taken, and a plus is sent as one", async () => {
    const call = await start({ dialect });
    for (let n = 0; n < 3; n++) await newTrunk(call, `trunk ${n}`);
    const first = await call("list_trunks", { limit: 2 });
    const second = await call("list_trunks", { limit: 2, cursor: first.next_cursor });
    expect([...first.trunks, ...second.trunks].map((row: { trunk_name: string }) => row.trunk_name).sort()).toEqual([
      "trunk 0",
      "trunk 1",
      "trunk 2",
    ]);
    await call("twilio_assign_phone_number", { trunk_sid: "trunk 0", phone_number: "+12025550110" });
    expect(
      trunkline.sandbox.seen.filter(({ path }) => path.includes("PhoneNumber=")).every(({ path }) => path.includes("PhoneNumber=%2B1202")),
    ).toBe(true);
    // Every request went to the sandbox: the links name the carrier's own hosts.
    expect(requests().some(({ query }) => query.has("PageToken"))).toBe(true);
  });

  test("trap 9, a taken domain: after a lost answer it is our own trunk, else it is somebody's", async () => {
    const call = await start({ dialect });
    trunkline.sandbox.script({ kind: "lost", method: "POST", path: "/v1/Trunks" });
    const made = await call("twilio_create_trunk", { friendly_name: "ours", domain_name: "ours.pstn.twilio.com" });
    expect(made).toMatchObject({ settled: true, trunk: { domain_name: "ours.pstn.twilio.com" } });
    for (const domain_name of ["taken.pstn.twilio.com", "ours.pstn.twilio.com"]) {
      const { value } = await trunkline.call("twilio_create_trunk", { friendly_name: "again", domain_name });
      expect(value).toMatchObject({ code: "conflict", applied: false });
    }
    expect((await call("list_trunks")).trunks).toHaveLength(1);
  });

  test("trap 10, regions: what is not found may be in another, and so may the key", async () => {
    await start({ dialect });
    const { value } = await trunkline.call("get_trunk", { trunk_id: `TK${"0".repeat(32)}` });
    expect(value).toMatchObject({ code: "not_found" });
    expect(`${value.message} ${value.hint}`).toContain("TWILIO_REGION");
    await trunkline.close();
    await start({ dialect, settings: { TWILIO_API_SECRET: "of another region" } });
    const refused = await trunkline.call("get_trunk", { trunk_id: `TK${"0".repeat(32)}` });
    expect(refused.value).toMatchObject({ code: "unauthorized", carrier_code: 20003 });
    expect(refused.value.hint).toContain("TWILIO_REGION");
  });

  test("trap 11, a subaccount with its parent's key: refused as soon as a trunk tells the account", async () => {
    await start({ dialect, settings: { TWILIO_ACCOUNT_SID: subaccount } });
    await elsewhere("POST", "/trunking/v1/Trunks", { FriendlyName: "the parent's" });
    const { value } = await trunkline.call("twilio_allow_ip", { trunk_sid: "the parent's", ip: "203.0.113.1" });
    expect(value).toMatchObject({ code: "not_configured", message: expect.stringContaining("TWILIO_ACCOUNT_SID") });
    expect(writes().filter(({ host }) => host === "api")).toEqual([]);
  });

  test("trap 12, dates: both APIs' are shown in one form", async () => {
    const call = await start({ dialect });
    const trunk_sid = await newTrunk(call);
    trunkline.sandbox.script({ kind: "lost", method: "POST", path: "IpAddresses.json" });
    const settled = await call("twilio_allow_ip", { trunk_sid, ip: "203.0.113.1" });
    expect(settled).toMatchObject({ settled: true, whitelisted_ip: { ip: "203.0.113.1" } });
    const created = await call("twilio_create_credential", { trunk_sid, username: "pbx" });
    expect(JSON.stringify([settled, created])).not.toMatch(/\+0000/);
  });

  test("trap 13, deleting a trunk: every list stays in the account, and on the trunks that use it", async () => {
    const call = await start({ dialect });
    const [one, other] = [await newTrunk(call, "one"), await newTrunk(call, "other")];
    const list = await sharedList([one, other]);
    await call("twilio_assign_phone_number", { trunk_sid: one, phone_number: "+12025550110" });
    await call("twilio_delete_trunk", { trunk_sid: one });
    expect(asked.at(-1)).toMatch(/stay in the account/);
    expect((await elsewhere("GET", `${SIP}/IpAccessControlLists/${list}.json`)).sid).toBe(list);
    expect((await call("get_trunk", { trunk_id: other })).trunk.whitelisted_ips).toHaveLength(1);
    expect(writes().filter(({ method, path }) => method === "DELETE" && path.includes("/SIP/"))).toEqual([]);
  });

  test("trap 14, passwords: a login that is there is a conflict, and one of a lost answer is ours only if it is new", async () => {
    const call = await start({ dialect });
    const trunk_sid = await newTrunk(call);
    trunkline.sandbox.script({ kind: "lost", method: "POST", path: "Credentials.json" });
    expect(await call("twilio_create_credential", { trunk_sid, username: "pbx" })).toMatchObject({ settled: true });
    const { value } = await trunkline.call("twilio_create_credential", { trunk_sid, username: "pbx" });
    expect(value).toMatchObject({ code: "conflict", applied: false, hint: expect.stringContaining("No carrier tells its password") });
    expect(writes().filter(({ path }) => /Credentials(\/\w+)?\.json$/.test(path))).toHaveLength(1);
  });

  test.each([
    ["an application", "+12025550114", /application AP\w+ is removed from it for good/],
    ["a web address", "+12025550113", /web address "https:\/\/example\.com\/voice" is no longer asked/],
    ["another trunk", "+12025550110", /no longer go to trunk "one"/],
  ])("trap 15, a number with %s: a person is told what it loses, and nobody else is asked", async (_, phone_number, told) => {
    const call = await start({ dialect });
    const [one, other] = [await newTrunk(call, "one"), await newTrunk(call, "other")];
    await call("twilio_assign_phone_number", { trunk_sid: one, phone_number: "+12025550110" });
    expect(asked).toEqual([]);
    await call("twilio_assign_phone_number", { trunk_sid: other, phone_number });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(told);
    expect((await call("get_trunk", { trunk_id: other })).trunk.phone_numbers).toMatchObject([{ phone_number }]);
  });
});
