import { describe, expect, test } from "vitest";
import { eachPlanning } from "../plans/support.ts";
import { lines, wanted, writes } from "./support.ts";

const each = eachPlanning();
const { call } = each;

const hosts: Record<string, string> = { vapi: "sip.vapi.ai", retell: "sip.retellai.com", elevenlabs: "sip.rtc.elevenlabs.io" };

describe.each(Object.keys(hosts))("%s, whose side a person sets up", (platform) => {
  test.each(Object.keys(lines))("calls of %s go to its published host, and nothing is sent to another platform", async (provider) => {
    const connection = { ...wanted(provider, "inbound"), platform };
    const { plan_id, next, summary } = await call("connect_trunk", connection);
    expect(next.join(" ")).toContain(`"format":"${platform}"`);
    expect(summary[0]).toContain('will be answered by agent "front-desk" on');
    expect(await call("apply_plan", { plan_id })).toMatchObject({ state: "done" });
    expect(JSON.stringify(writes(each.trunkline, provider))).toContain(hosts[platform]);
    expect(writes(each.trunkline, "livekit")).toEqual([]);
    expect((await call("connect_trunk", connection)).steps).toEqual([]);
  });

  test("calls out: the carrier's login is made, and the export has its user name", async () => {
    const connection = { ...wanted("exotel", "outbound"), platform };
    const { plan_id } = await call("connect_trunk", connection);
    expect(await call("apply_plan", { plan_id })).toMatchObject({ state: "done" });
    const { files } = await call("export_pbx_config", { provider: "exotel", trunk_id: "agent_front_desk", format: platform });
    expect(JSON.stringify(files)).toContain("lk_agent_front_desk");
    const { plan_id: back } = await call("connect_trunk", { ...connection, disconnect: true });
    expect(await call("apply_plan", { plan_id: back })).toMatchObject({ state: "done" });
    expect((await call("list_trunks", { provider: "exotel" })).trunks).toEqual([]);
  });
});

test("a platform that takes no calls over tcp is asked about, where encryption is not wanted", async () => {
  const { questions } = await call("connect_trunk", { ...wanted("telnyx", "inbound"), platform: "vapi", encryption: false });
  expect(questions).toMatchObject([{ field: "encryption" }]);
});

test("a platform that nobody knows is refused with those that are known", async () => {
  const { isError, value } = await each.trunkline.call("connect_trunk", { ...wanted("telnyx", "inbound"), platform: "unheard-of" });
  expect(isError).toBe(true);
  expect(value.candidates).toEqual(expect.arrayContaining(["livekit", "vapi", "retell", "elevenlabs"]));
});
