import type { Client as ModernClient } from "@modelcontextprotocol/client";
import { afterEach, describe, expect, test } from "vitest";
import { agreeing, startTrunkline, type Trunkline, ways } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

async function create(...names: string[]): Promise<string[]> {
  const created = [];
  for (const trunk_name of names) created.push((await trunkline.call("exotel_create_trunk", { trunk_name })).value.trunk.trunk_id);
  return created;
}

/** Subscribes as the client's era does, and collects what it is told. Answers with the addresses that were granted. */
async function watch(uris: string[], told: string[]): Promise<string[]> {
  const { client } = trunkline;
  client.fallbackNotificationHandler = async ({ method, params }) => {
    told.push(method.endsWith("/list_changed") ? "list_changed" : ((params as { uri?: string })?.uri ?? method));
  };
  if (!("listen" in client)) {
    const granted = uris.map((uri) => client.subscribeResource({ uri }).then(() => [uri]));
    return (await Promise.all(granted.map((one) => one.catch(() => [])))).flat();
  }
  const { honoredFilter } = await (client as ModernClient).listen({ resourcesListChanged: true, resourceSubscriptions: uris });
  return honoredFilter.resourceSubscriptions ?? [];
}

describe.each(ways)("a client that watches, $era over $transport", (way) => {
  test("a trunk: a change of the list after a create, and updates of what it subscribed to only", async () => {
    trunkline = await startTrunkline({ ...way });
    const [watched, other] = await create("watched", "other");
    const told: string[] = [];
    await watch([`trunks://exotel/${watched}`], told);
    for (const trunk_sid of [watched, other]) await trunkline.call("exotel_whitelist_ip", { trunk_sid, ip: "203.0.113.9" });
    await create("third");
    // In the 2025 era the lists that the first creates changed are told of too.
    await expect.poll(() => told.slice(-2)).toEqual([`trunks://exotel/${watched}`, "list_changed"]);
    expect(told.filter((one) => one !== "list_changed")).toEqual([`trunks://exotel/${watched}`]);
  });

  test.each<[string, string[]]>([
    ["all trunks", ["trunks://"]],
    ["a carrier's trunks", ["trunks://exotel"]],
    ["a trunk by its name", ["trunks://exotel/watched"]],
  ])("%s: is told when one is made, changed and removed", async (_, uris) => {
    trunkline = await startTrunkline({ ...way, person: agreeing });
    const [trunk_sid] = await create("watched");
    const told: string[] = [];
    expect(await watch(uris, told)).toEqual(uris);
    const updates = () => told.filter((one) => one !== "list_changed");
    await trunkline.call("exotel_whitelist_ip", { trunk_sid: "watched", ip: "203.0.113.9" });
    await expect.poll(updates).toEqual(uris);
    await trunkline.call("exotel_delete_trunk", { trunk_sid });
    await expect.poll(updates).toEqual([...uris, ...uris]);
    await create("another", "watched");
    await expect.poll(() => updates().length).toBeGreaterThan(2);
  });

  test("is told of what a plan did, and of nothing at another carrier", async () => {
    trunkline = await startTrunkline({ ...way });
    await create("watched");
    const told: string[] = [];
    const uris = ["trunks://", "trunks://exotel/watched"];
    expect(await watch([...uris, "trunks://didww"], told)).toEqual([...uris, "trunks://didww"]);
    const wanted = { provider: "exotel", use_case: "outbound", trunk: "watched", numbers: ["+918044319240"], ips: ["203.0.113.9"] };
    const { value } = await trunkline.call("plan_trunk", wanted);
    expect((await trunkline.call("apply_plan", { plan_id: value.plan_id })).value.state).toBe("done");
    await expect.poll(() => uris.every((uri) => told.includes(uri))).toBe(true);
    expect(told).not.toContain("trunks://didww");
  });

  test("a renamed trunk is told of under its old name and its new one", async () => {
    trunkline = await startTrunkline({ ...way });
    const [trunk_sid] = await create("old");
    const told: string[] = [];
    await watch(["trunks://exotel/old"], told);
    await trunkline.call("exotel_update_trunk", { trunk_sid, trunk_name: "fresh" });
    await expect.poll(() => told).toContain("trunks://exotel/old");
  });

  test("what is not there is refused", async () => {
    trunkline = await startTrunkline({ ...way });
    await create("watched");
    const unknown = ["nonsense://x", "trunks://nobody", "trunks://exotel/nobody", "trunks:///watched", "plans://plan_none"];
    const more = ["trunks://snapshots/snap_none", "trunkline://guides/none", "trunkline://secrets", "file:///etc/passwd", ""];
    const known = ["trunks://exotel/watched", "trunkline://providers", "trunkline://guides/outbound"];
    expect(await watch([...unknown, ...more, ...known], [])).toEqual(known);
  });

  test("a trunk at a carrier that is down may be watched all the same", async () => {
    trunkline = await startTrunkline({ ...way });
    trunkline.sandbox.script({ kind: "status", status: 503, times: 100 });
    expect(await watch(["trunks://exotel/watched", "trunks://exotel"], [])).toEqual(["trunks://exotel/watched", "trunks://exotel"]);
  });
});

test("many trunks are looked up in one list, and no more than fifty are granted", async () => {
  trunkline = await startTrunkline({ era: "v2" });
  await create(...Array.from({ length: 40 }, (_, index) => `t${index}`));
  const reads = () => trunkline.sandbox.seen.filter(({ effect }) => effect === "read").length;
  const before = reads();
  const names = Array.from({ length: 40 }, (_, index) => `trunks://exotel/t${index}`);
  expect(await watch([...names, ...names], [])).toHaveLength(50);
  expect(reads() - before).toBe(1);
});

test("a name is told of however the client escaped it", async () => {
  trunkline = await startTrunkline({ era: "v1" });
  await create("under_score");
  const told: string[] = [];
  const uris = ["trunks://exotel/under%5Fscore"];
  expect(await watch(uris, told)).toEqual(uris);
  await trunkline.call("exotel_whitelist_ip", { trunk_sid: "under_score", ip: "203.0.113.9" });
  await expect.poll(() => told).toEqual(uris);
});

test("one that unsubscribed is told of nothing more", async () => {
  trunkline = await startTrunkline({ era: "v1" });
  await create("watched");
  const told: string[] = [];
  await watch(["trunks://"], told);
  await trunkline.client.unsubscribeResource({ uri: "trunks://" });
  await create("another");
  await expect.poll(() => told).toEqual(["list_changed"]);
});
