import { expect, test } from "vitest";
import { eachPlanning } from "../plans/support.ts";
import { wanted } from "./support.ts";

const each = eachPlanning();
const { call } = each;

test("a connection keeps the login that it has, under whichever name its trunk is called", async () => {
  const { plan_id } = await call("connect_trunk", wanted("didww", "inbound"));
  await call("apply_plan", { plan_id });
  const again = await call("connect_trunk", { ...wanted("didww", "inbound"), trunk: "agent_front_desk in" });
  expect(again.steps).toEqual([]);
});

test("where no login has to go over, nobody is asked for its password", async () => {
  const { plan_id } = await call("connect_trunk", wanted("twilio", "outbound"));
  await call("apply_plan", { plan_id });
  const refs = await keptPasswords();
  expect(refs.length).toBeGreaterThan(0);
  for (const ref of refs) await each.trunkline.scope.store.secrets.forget(ref);
  expect((await call("connect_trunk", wanted("twilio", "outbound"))).steps).toEqual([]);
  // A new trunk there needs it.
  const [{ trunk_id }] = (await call("list_trunks", { provider: "livekit" })).trunks;
  await call("livekit_delete_trunk", { trunk_id });
  const { questions } = await call("connect_trunk", wanted("twilio", "outbound"));
  expect(questions).toMatchObject([{ field: "trunk", question: expect.stringContaining("is not kept here") }]);
});

async function keptPasswords(): Promise<string[]> {
  const carrier = each.trunkline.scope.carriers.find(({ provider }) => provider.id === "twilio");
  const connected = await carrier?.connected();
  const [{ trunk_id }] = (await call("list_trunks", { provider: "twilio" })).trunks;
  const { credentials = [] } = (await connected?.trunks.get(connected.client, trunk_id))?.trunk ?? {};
  return credentials.flatMap(({ kept_as }) => kept_as ?? []);
}
