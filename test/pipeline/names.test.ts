import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agreeing, startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
beforeEach(async () => {
  trunkline = await startTrunkline({ person: agreeing, pages: true });
  await call("exotel_create_trunk", { trunk_name: "office" });
  await call("exotel_map_phone_number", { trunk_sid: "office", phone_number: "+918044319240" });
  await call("exotel_whitelist_ip", { trunk_sid: "office", ip: "44.248.146.8", mask: 29 });
  await call("exotel_add_destination_uris", { trunk_sid: "office", destinations: [{ destination: "sip.example.com:5061;transport=tls" }] });
  await call("exotel_create_credentials", { trunk_sid: "office", user_name: "agent" });
});
afterEach(() => trunkline.close());

const call = async (tool: string, args: Record<string, unknown>) => (await trunkline.call(tool, args)).value;
const office = async () => (await call("get_trunk", { trunk_id: "office" })).trunk;
const writes = () => trunkline.sandbox.seen.filter(({ effect }) => effect === "write").length;

interface Case {
  tool: string;
  list: string;
  id: string;
  /** Each finds the one row there is. */
  said: Record<string, unknown>[];
  /** Finds nothing, and is no more than a typing error away. */
  other: Record<string, unknown>;
  /** The candidates instead. */
  has: string;
}

const removals: Case[] = [
  {
    tool: "exotel_unmap_phone_number",
    list: "phone_numbers",
    id: "phone_number_id",
    said: ["+918044319240", "+91 80 4431 9240", "080 4431 9240", "tel:+91-80-4431-9240"].map((phone_number) => ({ phone_number })),
    other: { phone_number: "+91 80 4431 9241" },
    has: "+918044319240",
  },
  {
    tool: "exotel_remove_whitelisted_ip",
    list: "whitelisted_ips",
    id: "whitelisted_ip_id",
    said: [{ ip: "44.248.146.8" }, { ip: "44.248.146.8/29" }, { ip: "44.248.146.8", mask: 29 }],
    other: { ip: "44.248.146.8/32" },
    has: "44.248.146.8/29",
  },
  {
    tool: "exotel_remove_destination_uri",
    list: "destination_uris",
    id: "destination_uri_id",
    said: ["sip.example.com:5061;transport=tls", "sip:SIP.example.com:5061;transport=tls", "sip.example.com:5061", "sip.example.com"].map(
      (destination) => ({ destination }),
    ),
    other: { destination: "example.com" },
    has: "sip.example.com:5061;transport=tls",
  },
  {
    tool: "exotel_delete_credentials",
    list: "credentials",
    id: "credential_id",
    said: [{ user_name: "agent" }],
    other: { user_name: "Agent" },
    has: "agent",
  },
];

describe.each(removals)("$tool", ({ tool, list, id, said, other, has }) => {
  test.each(said)("takes %j for the id", async (words) => {
    const [row] = (await office())[list];
    expect(await call(tool, { trunk_sid: "office", ...words })).toMatchObject({ removed: true, [id]: row[id] });
    expect((await office())[list]).toEqual([]);
  });

  test("says what there is where there is no such row, and sends nothing", async () => {
    const before = writes();
    const refused = await call(tool, { trunk_sid: "office", ...other });
    expect(refused).toMatchObject({
      code: "not_found",
      applied: false,
      message: expect.stringContaining(`It has "${has}". Nothing was sent.`),
    });
    const [row] = (await office())[list];
    expect(await call(tool, { trunk_sid: "office", [id]: row[id], ...other })).toMatchObject({ code: "invalid_input", applied: false });
    expect(await call(tool, { trunk_sid: "office" })).toMatchObject({ code: "invalid_input", applied: false });
    expect(writes()).toBe(before);
  });

  test("is one call in all spellings: what a person agreed to by one of them, holds for the others", async () => {
    const waiting = await startTrunkline({ pages: true });
    try {
      await waiting.call("exotel_create_trunk", { trunk_name: "office" });
      await waiting.call("exotel_map_phone_number", { trunk_sid: "office", phone_number: "+918044319240" });
      await waiting.call("exotel_whitelist_ip", { trunk_sid: "office", ip: "44.248.146.8", mask: 29 });
      const destinations = [{ destination: "sip.example.com:5061;transport=tls" }];
      await waiting.call("exotel_add_destination_uris", { trunk_sid: "office", destinations });
      await waiting.call("exotel_create_credentials", { trunk_sid: "office", user_name: "agent" });
      const { trunk } = (await waiting.call("get_trunk", { trunk_id: "office" })).value;
      const asked = (await waiting.call(tool, { trunk_sid: "office", ...said[0] })).value;
      expect(asked.code).toBe("approval_required");
      await waiting.scope.store.approvals.decide(asked.approval, true, "page");
      const byId = { trunk_sid: trunk.trunk_id, [id]: trunk[list][0][id], approval: asked.approval };
      expect((await waiting.call(tool, byId)).value).toMatchObject({ removed: true });
    } finally {
      await waiting.close();
    }
  });

  test("costs no request more than with ids", async () => {
    const counted = async (args: Record<string, unknown>) => {
      const before = trunkline.sandbox.seen.length;
      await call(tool, args);
      return trunkline.sandbox.seen.length - before;
    };
    const { trunk_id, [list]: rows } = await office();
    // Nothing is sent for a trunk that is not there: what is counted is the reading.
    trunkline.sandbox.script({ kind: "status", method: "DELETE", status: 400, times: 2 });
    const byId = await counted({ trunk_sid: trunk_id, [id]: rows[0][id] });
    expect(await counted({ trunk_sid: trunk_id, ...said[0] })).toBe(byId);
  });

  test("finishes an earlier call like it, whose answer was lost, though the row is gone", async () => {
    const named = { trunk_sid: "office", ...said[0] };
    // As many reads as come before the removal are answered; those after it, which would settle it, are not.
    const earlier = trunkline.sandbox.seen.length;
    trunkline.sandbox.script({ kind: "status", method: "DELETE", status: 400 });
    await call(tool, named);
    const after = trunkline.sandbox.seen.slice(earlier).filter(({ effect }) => effect === "read").length;
    trunkline.sandbox.script({ kind: "lost", method: "DELETE" });
    trunkline.sandbox.script({ kind: "status", method: "GET", status: 503, after, times: 30 });
    expect(await call(tool, named)).toMatchObject({ code: "outcome_unknown" });
    trunkline.sandbox.clearFaults();
    const sent = writes();
    expect(await call(tool, named)).toMatchObject({ removed: true, settled: true });
    expect(await call(tool, named)).toMatchObject({ code: "not_found" });
    expect(writes()).toBe(sent);
  });
});

describe("a number", () => {
  test("is switched and unmapped without its trunk and without an id", async () => {
    const phone_number = "+91 80 4431 9240";
    expect(await call("exotel_update_phone_number", { phone_number, mode: "flow" })).toMatchObject({
      phone_number: { phone_number: "+918044319240", mode: "flow" },
    });
    expect(await call("exotel_unmap_phone_number", { phone_number })).toMatchObject({
      removed: true,
      trunk_sid: (await office()).trunk_id,
    });
    const before = writes();
    const gone = await call("exotel_unmap_phone_number", { phone_number });
    expect(gone).toMatchObject({ code: "not_found", applied: false, hint: expect.stringContaining("Pass trunk_sid") });
    expect(await call("exotel_unmap_phone_number", { phone_number_id: "1" })).toMatchObject({ code: "invalid_input", field: "trunk_sid" });
    expect(writes()).toBe(before);
  });

  test("keeps its own, whatever number the call by its id says", async () => {
    const [{ phone_number_id }] = (await office()).phone_numbers;
    const switched = await call("exotel_update_phone_number", { trunk_sid: "office", phone_number_id, mode: "flow" });
    expect(switched).toMatchObject({ phone_number: { phone_number: "+918044319240", mode: "flow" } });
  });
});

describe("exotel_find_trunk_by_number", () => {
  test("tells the trunk by its name, and the mapping by its id and mode", async () => {
    const { trunk_id, phone_numbers } = await office();
    const { phone_number_id } = phone_numbers[0];
    const before = trunkline.sandbox.seen.length;
    const mapping = { trunk_id, trunk_name: "office", phone_number: "+918044319240", phone_number_id, mode: "pstn" };
    expect((await call("exotel_find_trunk_by_number", { phone_number: "080 4431 9240" })).trunks).toEqual([mapping]);
    expect(trunkline.sandbox.seen.length - before).toBe(2);
  });

  test("says of an empty answer what it means, and how sure that is", async () => {
    const { trunks, warnings } = await call("exotel_find_trunk_by_number", { phone_number: "+91 80 4431 9241" });
    expect(trunks).toEqual([]);
    expect(warnings.join()).toMatch(/\+918044319241: it is not mapped, or not a number of this account; .* likely, not certain/);
    expect(await call("exotel_find_trunk_by_number", { phone_number: "office" })).toMatchObject({ code: "invalid_input" });
  });

  test("an answer 404 is an empty one, any other refusal is not", async () => {
    trunkline.sandbox.script({ kind: "status", method: "GET", status: 404 });
    expect((await call("exotel_find_trunk_by_number", { phone_number: "+918044319240" })).trunks).toEqual([]);
    trunkline.sandbox.script({ kind: "status", method: "GET", status: 403 });
    expect(await call("exotel_find_trunk_by_number", { phone_number: "+918044319240" })).toMatchObject({ code: "forbidden" });
  });
});

test("a new number is taken as people group it, where it has its country code", async () => {
  const mapped = await call("exotel_map_phone_number", { trunk_sid: "office", phone_number: "+91 80 4431-9242" });
  expect(mapped.phone_number.phone_number).toBe("+918044319242");
  expect(await call("exotel_set_trunk_alias", { trunk_sid: "office", alias: "0091 80 4431 9242" })).toMatchObject({
    alias: "+918044319242",
  });
  const national = await call("exotel_map_phone_number", { trunk_sid: "office", phone_number: "080 4431 9243" });
  expect(national).toMatchObject({ code: "invalid_input", hint: "Did you mean +918044319243?" });
});

test("words that mean several rows are refused with each of them", async () => {
  await call("exotel_whitelist_ip", { trunk_sid: "office", ip: "44.248.146.8", mask: 32 });
  await call("exotel_create_credentials", { trunk_sid: "office", user_name: "agent" });
  const before = writes();
  const { whitelisted_ips, credentials } = await office();
  expect(await call("exotel_remove_whitelisted_ip", { trunk_sid: "office", ip: "44.248.146.8" })).toMatchObject({
    code: "conflict",
    candidates: whitelisted_ips.map(
      (row: { whitelisted_ip_id: string; mask: number }) => `${row.whitelisted_ip_id}: 44.248.146.8/${row.mask}`,
    ),
  });
  expect(await call("exotel_delete_credentials", { trunk_sid: "office", user_name: "agent" })).toMatchObject({
    code: "conflict",
    candidates: credentials.map((row: { credential_id: string }) => `${row.credential_id}: agent`),
  });
  expect(writes()).toBe(before);
  expect(await call("exotel_remove_whitelisted_ip", { trunk_sid: "office", ip: "44.248.146.8/32" })).toMatchObject({ removed: true });
});

test("a list without ids does not tell which login is meant, and says so", async () => {
  const documented = await startTrunkline({ dialect: "documented", person: agreeing });
  try {
    await documented.call("exotel_create_trunk", { trunk_name: "office" });
    const { value } = await documented.call("exotel_delete_credentials", { trunk_sid: "office", user_name: "agent" });
    expect(value).toMatchObject({ code: "unsupported", applied: false, hint: expect.stringContaining("credential_id") });
  } finally {
    await documented.close();
  }
});

test("a name that cannot be looked up leaves nothing in doubt", async () => {
  trunkline.sandbox.script({ kind: "status", method: "GET", status: 503, times: 30 });
  expect(await call("exotel_whitelist_ip", { trunk_sid: "+918044319240", ip: "44.1.1.1" })).toMatchObject({ applied: false });
});
