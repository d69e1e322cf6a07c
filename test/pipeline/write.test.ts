import { afterEach, describe, expect, test } from "vitest";
import type { Store } from "../../src/core/store/store.ts";
import { agreeing, type Options, startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

interface Row {
  tool: string;
  redacted: unknown;
  outcome: string;
}

/** Trunkline with a window on its journal. */
async function watched(options: Options = {}): Promise<Row[]> {
  trunkline = await startTrunkline(options);
  const rows = new Map<string, Row>();
  const journal: Store["journal"] = trunkline.scope.store.journal;
  const { intend, settle } = journal;
  journal.intend = async (record) => {
    const id = await intend(record);
    rows.set(id, { tool: record.tool, redacted: record.redacted, outcome: "intent" });
    return id;
  };
  journal.settle = async (id, outcome, detail) => {
    await settle(id, outcome, detail);
    const row = rows.get(id);
    if (row) row.outcome = outcome;
  };
  return { [Symbol.iterator]: () => rows.values() } as unknown as Row[];
}

const posts = () => trunkline.sandbox.seen.filter(({ method }) => method === "POST").length;
const create = (trunk_name: string) => trunkline.call("exotel_create_trunk", { trunk_name });

describe("the journal of a write", () => {
  test("has no row for a read, and one with its outcome for each write", async () => {
    const journal = await watched();
    await trunkline.call("list_trunks");
    await create("done_one");
    await create("done_one");
    trunkline.sandbox.script({ kind: "reset", times: 10 });
    await create("lost_one");
    expect([...journal].map(({ tool, outcome }) => [tool, outcome])).toEqual([
      ["exotel_create_trunk", "done"],
      ["exotel_create_trunk", "failed"],
      ["exotel_create_trunk", "unknown"],
    ]);
  });

  test("never holds a secret", async () => {
    const journal = await watched({ person: agreeing });
    const trunk_sid = (await create("secretive")).value.trunk.trunk_id;
    await trunkline.call("exotel_create_credentials", { trunk_sid, user_name: "bot", password: "Correct_Horse_1" });
    expect(JSON.stringify([...journal])).not.toContain("Correct_Horse_1");
    expect([...journal].at(-1)?.redacted).toMatchObject({ user_name: "bot", password: "[secret]" });
  });

  test("is written before the carrier is called: without it nothing is sent", async () => {
    await watched();
    trunkline.scope.store.journal.intend = async () => {
      throw new Error("the disk is full");
    };
    const { value } = await create("never");
    expect(value).toMatchObject({ code: "internal" });
    expect(value.message).not.toContain("disk");
    expect(posts()).toBe(0);
  });
});

describe("an answer that was lost", () => {
  test("after the write: success by reading back, sent once", async () => {
    const journal = await watched();
    trunkline.sandbox.script({ kind: "lost", method: "POST" });
    const { isError, value } = await create("settled");
    expect(isError).toBe(false);
    expect(value).toMatchObject({ settled: true, trunk: { trunk_name: "settled" } });
    expect(posts()).toBe(1);
    expect([...journal].map(({ outcome }) => outcome)).toEqual(["done"]);
  });

  test("before the write: an honest failure", async () => {
    await watched();
    trunkline.sandbox.script({ kind: "reset", method: "POST" });
    expect((await create("refused")).value).toMatchObject({ code: "provider_failed", applied: false });
    expect(posts()).toBe(1);
  });

  test("and the carrier is gone: unknown, and the same call later finds its own work", async () => {
    await watched();
    trunkline.sandbox.script({ kind: "lost", method: "POST" });
    trunkline.sandbox.script({ kind: "status", status: 503, method: "GET", times: 6 });
    const first = await create("mine");
    expect(first.value).toMatchObject({ code: "outcome_unknown", applied: "unknown" });
    expect(first.value.hint).toContain('Read the trunk: get_trunk {"provider":"exotel","trunk_id":"mine"} shows whether it took effect.');
    trunkline.sandbox.clearFaults();
    const second = await create("mine");
    expect(second.value).toMatchObject({ settled: true, trunk: { trunk_name: "mine" } });
    const { trunks } = (await trunkline.call("list_trunks")).value;
    expect(trunks).toHaveLength(1);
  });
});

describe("a duplicate", () => {
  test.each(["observed", "documented"])("of somebody else's trunk is a conflict that names it, emulator %s", async (dialect) => {
    await watched({ dialect });
    const existing = (await create("taken")).value.trunk.trunk_id;
    const { value } = await create("taken");
    expect(value).toMatchObject({
      code: "conflict",
      applied: false,
      candidates: [existing],
      carrier_code: dialect === "observed" ? 1008 : 1002,
    });
  });

  test("is not adopted because another, different call is in doubt", async () => {
    await watched();
    await create("theirs");
    trunkline.sandbox.script({ kind: "lost", method: "POST" });
    trunkline.sandbox.script({ kind: "status", status: 503, method: "GET", times: 6 });
    await create("in_doubt");
    trunkline.sandbox.clearFaults();
    expect((await create("theirs")).value.code).toBe("conflict");
  });
});

describe("a batch", () => {
  test.each(["observed", "documented"])("reports each item; what is there already is not sent again, emulator %s", async (dialect) => {
    await watched({ dialect });
    const trunk_sid = (await create("batch")).value.trunk.trunk_id;
    const uri = (host: string) => ({ destination: `${host}:5061;transport=tls` });
    const mixed = await trunkline.call("exotel_add_destination_uris", {
      trunk_sid,
      destinations: [uri("sip.example.com"), uri("203.0.113.7")],
    });
    expect(mixed.isError).toBe(false);
    expect(mixed.value.destination_uris).toMatchObject([
      { status: "added" },
      { status: "failed", error: expect.stringContaining("whitelisted") },
    ]);

    const refused = await trunkline.call("exotel_add_destination_uris", {
      trunk_sid: (await create("empty")).value.trunk.trunk_id,
      destinations: [uri("203.0.113.7")],
    });
    expect(refused.value).toMatchObject({ code: "invalid_input", field: "destinations", applied: false });
    expect(refused.value.hint).toContain("exotel_whitelist_ip");
  });

  test("whose answer was lost is settled item by item", async () => {
    await watched();
    const trunk_sid = (await create("lost_batch")).value.trunk.trunk_id;
    trunkline.sandbox.script({ kind: "lost", method: "POST" });
    const destinations = ["sip.example.com", "203.0.113.7"].map((host) => ({ destination: `${host}:5061;transport=tls` }));
    const { value } = await trunkline.call("exotel_add_destination_uris", { trunk_sid, destinations });
    expect(value).toMatchObject({ settled: true, destination_uris: [{ status: "added" }, { status: "failed" }] });
  });

  test("asked for twice adds nothing the second time", async () => {
    await watched({ person: () => ({ action: "accept", content: { trunk_name: "twice" } }) });
    const trunk_sid = (await create("twice")).value.trunk.trunk_id;
    const destinations = [{ destination: "sip:SIP.example.com:5061;transport=tls" }];
    await trunkline.call("exotel_add_destination_uris", { trunk_sid, destinations });
    const before = posts();
    const again = await trunkline.call("exotel_add_destination_uris", { trunk_sid, destinations });
    expect(again.value.destination_uris).toMatchObject([{ destination: "sip.example.com:5061;transport=tls", status: "unchanged" }]);
    expect(posts()).toBe(before);
  });
});

describe("passwords", () => {
  const get = async (trunk_sid: string) => (await trunkline.call("exotel_get_credentials", { trunk_sid })).value.credentials[0];

  test("are replaced by a name under which a person finds them", async () => {
    await watched({ dialect: "documented" });
    const trunk_sid = (await create("login")).value.trunk.trunk_id;
    expect(await get(trunk_sid)).toEqual({ user_name: trunk_sid, secret_ref: `secret:exotel/${trunk_sid}/sip` });
  });

  test("are shown where the operator wants it, as the documents do", async () => {
    await watched({ dialect: "documented", policy: { revealSecrets: true } });
    const trunk_sid = (await create("login")).value.trunk.trunk_id;
    expect(await get(trunk_sid)).toMatchObject({ user_name: trunk_sid, password: expect.stringMatching(/^\w{8,}$/) });
  });

  test("are generated when none is given, from the letters that the carrier takes", async () => {
    await watched();
    const trunk_sid = (await create("login")).value.trunk.trunk_id;
    const { value } = await trunkline.call("exotel_create_credentials", { trunk_sid, user_name: "bot" });
    expect(value.credentials).toMatchObject({ user_name: "bot", secret_ref: `secret:exotel/${trunk_sid}/bot` });
    const sent = JSON.parse(trunkline.sandbox.seen.at(-1)?.body ?? "{}") as { password: string };
    expect(sent.password).toMatch(/^[A-Za-z0-9_]{24}$/);
    expect(JSON.stringify(value)).not.toContain(sent.password);
  });
});
