import { afterEach, describe, expect, test } from "vitest";
import { exotel } from "../../src/providers/exotel/index.ts";
import { type Options, startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

const name = "with_logins";

async function trunkWithLogins(count: number, options: Options = {}): Promise<string> {
  const person = () => ({ action: "accept" as const, content: { trunk_name: name } });
  trunkline = await startTrunkline({ providers: [exotel], person, ...options });
  const trunk_sid = (await trunkline.call("exotel_create_trunk", { trunk_name: name })).value.trunk.trunk_id;
  for (let index = 0; index < count; index++) await trunkline.call("exotel_create_credentials", { trunk_sid, user_name: `agent_${index}` });
  return trunk_sid;
}

const deletes = () =>
  trunkline.sandbox.seen.filter(({ method }) => method === "DELETE").map(({ path }) => new URL(path, "http://s").pathname);

describe("deleting a trunk that has logins", () => {
  test("deletes the logins first, each once", async () => {
    const trunk_sid = await trunkWithLogins(2);
    expect((await trunkline.call("exotel_delete_trunk", { trunk_sid })).value).toMatchObject({ removed: true });
    const trunks = "/exotel/v2/accounts/sandbox/trunks";
    expect(deletes()).toEqual([`${trunks}/${trunk_sid}/credentials`, `${trunks}/${trunk_sid}/credentials`, trunks]);
  });

  test.each([
    [1, 403, "forbidden"],
    [2, 403, "forbidden"],
    [2, 500, "provider_failed"],
  ])("that fails after %i of them (%i) does not say that nothing was changed", async (after, status, code) => {
    const trunk_sid = await trunkWithLogins(2);
    trunkline.sandbox.script({ kind: "status", method: "DELETE", status, after, times: 9 });
    const { value } = await trunkline.call("exotel_delete_trunk", { trunk_sid });
    expect(value).toMatchObject({ code, applied: "unknown", hint: expect.stringContaining("get_trunk") });
    // The carrier lists the newest first.
    const gone = ["agent_1", "agent_0"].slice(0, after).map((login) => `the login "${login}" was deleted`);
    expect(value.message).toContain(`Before that, this was done: ${gone.join(", ")}.`);
    expect(value.message).not.toContain("Nothing was changed");
  });

  test("is one write in the journal, and the same call again deletes only what is left", async () => {
    const trunk_sid = await trunkWithLogins(2);
    trunkline.sandbox.script({ kind: "status", method: "DELETE", status: 403, after: 1 });
    const rowsOf = async () => {
      const rows = await trunkline.scope.store.journal.rows(0, 100);
      return rows.filter(({ tool }) => tool === "exotel_delete_trunk").map(({ phase }) => phase);
    };
    expect((await trunkline.call("exotel_delete_trunk", { trunk_sid })).value).toMatchObject({ applied: "unknown" });
    expect(await rowsOf()).toEqual(["intent", "unknown"]);
    const before = deletes().length;
    expect((await trunkline.call("exotel_delete_trunk", { trunk_sid })).value).toMatchObject({ removed: true });
    expect(deletes().length - before).toBe(2);
    expect(await rowsOf()).toEqual(["intent", "unknown", "failed", "intent", "done"]);
  });

  test("that fails at the first of them changed nothing, and says so", async () => {
    const trunk_sid = await trunkWithLogins(2);
    trunkline.sandbox.script({ kind: "status", method: "DELETE", status: 403, times: 9 });
    expect((await trunkline.call("exotel_delete_trunk", { trunk_sid })).value).toMatchObject({ code: "forbidden", applied: false });
    expect((await trunkline.call("exotel_get_credentials", { trunk_sid })).value.credentials).toHaveLength(2);
  });
});

describe("a login whose name is taken", () => {
  test("is found when its answer was lost, not its older namesake", async () => {
    const trunk_sid = await trunkWithLogins(1, { dialect: "observed" });
    const [older] = (await trunkline.call("exotel_get_credentials", { trunk_sid })).value.credentials;
    trunkline.sandbox.script({ kind: "lost", method: "POST" });
    const { value } = await trunkline.call("exotel_create_credentials", { trunk_sid, user_name: "agent_0" });
    expect(value).toMatchObject({ settled: true, credentials: { user_name: "agent_0" } });
    expect(value.credentials.credential_id).not.toBe(older.credential_id);
  });
});

describe("a refusal as a duplicate", () => {
  test("stays one when what stands in the way cannot be read", async () => {
    const trunk_sid = await trunkWithLogins(0);
    trunkline.sandbox.script({ kind: "status", method: "POST", status: 409 });
    // The trunk itself is read before: six requests.
    trunkline.sandbox.script({ kind: "status", method: "GET", status: 500, after: 6, times: 9 });
    const { value } = await trunkline.call("exotel_map_phone_number", { trunk_sid, phone_number: "+918044319240" });
    expect(value).toMatchObject({ code: "conflict", applied: false });
  });
});
