import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agreeing, startTrunkline, type Trunkline } from "../support/trunkline.ts";
import { type BothEnds, bothEnds } from "./both-ends.ts";
import { lines, wanted } from "./support.ts";

/** Another number of each carrier's sandbox. */
const others: Record<string, string> = { exotel: "+918044319241", didww: "+46812111133", twilio: "+12025550110", telnyx: "+13125550141" };

describe.each(Object.keys(lines))("the way back from a connection of %s", (provider) => {
  let ends: BothEnds;
  let trunkline: Trunkline;
  beforeEach(async () => {
    ends = await bothEnds(provider);
    trunkline = await startTrunkline({ providers: ends.providers, person: agreeing, unlimited: true });
  });
  afterEach(() => trunkline.close());

  const call = async (tool: string, given: object) => (await trunkline.call(tool, given as Record<string, unknown>)).value;
  const apply = async (tool: string, given: object) => {
    const { plan_id, ...planned } = await call(tool, given);
    expect(await call("apply_plan", { plan_id }), JSON.stringify(planned)).toMatchObject({ state: "done" });
  };
  const only = async (id: string) => {
    const { trunks } = await call("list_trunks", { provider: id });
    expect(trunks, id).toHaveLength(1);
    return (await call("get_trunk", { provider: id, trunk_id: trunks[0].trunk_id })).trunk;
  };
  const connection = wanted(provider, "inbound");
  const back = { ...connection, disconnect: true };
  const other = others[provider] ?? "";

  test("another number of the same trunks stays connected, in each moment", async () => {
    for (const one of [connection["numbers"], [other]]) await apply("connect_trunk", { ...connection, numbers: one });
    await apply("connect_trunk", back);
    for (const id of [provider, "livekit"])
      expect((await only(id)).phone_numbers, id).toMatchObject([{ phone_number: expect.stringContaining(other.slice(1)) }]);
    expect((await only("livekit")).attributes.dispatch_rules).toHaveLength(1);
    expect(ends.lines()).toMatchObject([{ hosts: [expect.stringMatching(/^sandbox\./)] }]);
    expect(ends.half).toEqual([]);
    await apply("connect_trunk", { ...back, numbers: [other] });
    for (const id of [provider, "livekit"]) expect((await call("list_trunks", { provider: id })).trunks).toEqual([]);
    expect(ends.half).toEqual([]);
  });

  test("where nothing is connected, it says so and plans nothing", async () => {
    const { plan_id, steps, next } = await call("connect_trunk", back);
    expect([plan_id, steps]).toEqual([undefined, []]);
    expect(next).toEqual([expect.stringMatching(/^No connection of \+\d.* on \w+ to LiveKit was found: there is nothing to take away\.$/)]);
  });

  test("of half a connection, it takes the other half away", async () => {
    await apply("connect_trunk", connection);
    const { trunk_id } = await only("livekit");
    await call("livekit_delete_trunk", { trunk_id });
    await apply("connect_trunk", back);
    expect((await call("list_trunks", { provider })).trunks).toEqual([]);
    await apply("plan_trunk", {
      provider: "livekit",
      use_case: "inbound",
      trunk: "left",
      numbers: connection["numbers"],
      options: { agent_name: "a" },
    });
    await apply("connect_trunk", back);
    expect((await call("list_trunks", { provider: "livekit" })).trunks).toEqual([]);
  });
});

test("what is on the trunk besides the connection stays there", async () => {
  const { call, close } = await startTrunkline({ person: agreeing, unlimited: true });
  const done = async (tool: string, given: Record<string, unknown>) => {
    const { plan_id } = (await call(tool, given)).value;
    expect((await call("apply_plan", { plan_id })).value).toMatchObject({ state: "done" });
  };
  const connection = wanted("exotel", "both");
  const own = {
    destinations: ["sip.example.com:5061;transport=tls"],
    credentials: ["desk"],
    ips: ["44.248.146.11"],
    numbers: ["+918044319241"],
  };
  await done("connect_trunk", connection);
  await done("plan_trunk", { provider: "exotel", trunk: "agent_front_desk", use_case: "outbound", ...own });
  await done("connect_trunk", { ...connection, disconnect: true });
  const { trunk } = (await call("get_trunk", { provider: "exotel", trunk_id: "agent_front_desk" })).value;
  expect(trunk.destination_uris.map((row: { destination: string }) => row.destination)).toEqual(own.destinations);
  expect(trunk.credentials.map((row: { user_name: string }) => row.user_name)).toEqual(own.credentials);
  expect(trunk.phone_numbers.map((row: { phone_number: string }) => row.phone_number)).toEqual(own.numbers);
  expect(trunk.whitelisted_ips.map((row: { ip: string }) => row.ip)).toEqual(own.ips);
  expect((await call("list_trunks", { provider: "livekit" })).value.trunks).toEqual([]);
  await close();
});
