import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import { agreeing, type Person, startTrunkline, type Trunkline, toAnswer, type Way, ways } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

async function withTrunk(way: Way, person: Person): Promise<string> {
  trunkline = await startTrunkline({ ...way, person });
  return (await trunkline.call("exotel_create_trunk", { trunk_name: "victim" })).value.trunk.trunk_id;
}

const deletes = () => trunkline.sandbox.seen.filter(({ method }) => method === "DELETE").length;
const agree = { action: "accept" as const, content: { trunk_name: "victim" } };

/** The answer as the agent's side of the client sees it: a result, or an error of the protocol. */
async function tryDelete(trunk_sid: string, signal?: AbortSignal): Promise<string> {
  const options = signal === undefined ? undefined : { signal };
  const params = { name: "exotel_delete_trunk", arguments: { trunk_sid } };
  const call = trunkline.client.callTool(params as never, undefined as never, options as never);
  return await call.then(
    (result) => JSON.stringify(toAnswer(result).value ?? result),
    (error: unknown) => String(error),
  );
}

describe.each(ways)("a form that goes wrong, client $era over $transport", (way) => {
  const { era } = way;

  test.each<[string, Person]>([
    ["an action that nobody knows", () => ({ ...agree, action: "approve" }) as never],
    ["no action at all", () => ({ content: agree.content }) as never],
    ["a client that fails", () => Promise.reject(new Error("the window was closed"))],
    ["a name of the wrong kind", () => ({ action: "accept", content: { trunk_name: 7 } }) as never],
  ])("%s: nothing happens", async (_, person) => {
    const trunk_sid = await withTrunk(way, person);
    const said = await tryDelete(trunk_sid);
    expect(said).not.toContain('"removed":true');
    // In the 2026 era such a client never comes back with an answer, so it is the client that tells its agent.
    if (era === "v1") expect(said).toContain("Nothing was done");
    expect(deletes()).toBe(0);
  });

  // In the 2026 era no call is open while a person thinks: the client comes back, or it does not.
  if (era === "v1")
    test("a person who answers after the call was given up: nothing happens then either", async () => {
      let answered = false;
      const call = new AbortController();
      const trunk_sid = await withTrunk(way, async () => {
        call.abort();
        await delay(100);
        answered = true;
        return agree;
      });
      expect(await tryDelete(trunk_sid, call.signal)).not.toContain('"removed":true');
      await expect.poll(() => answered).toBe(true);
      await delay(300);
      expect(deletes()).toBe(0);
    });

  if (era === "v1")
    test("a person who needs longer than the call may: the call names the page, and a late yes still counts", async () => {
      const clock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms === 45_000 ? 50 : ms, signal) };
      const person: Person = async (form) => {
        await delay(400);
        return agreeing(form);
      };
      trunkline = await startTrunkline({ ...way, person, clock, pages: true });
      const trunk_sid = (await trunkline.call("exotel_create_trunk", { trunk_name: "victim" })).value.trunk.trunk_id;
      const { value } = await trunkline.call("exotel_delete_trunk", { trunk_sid });
      expect(value).toMatchObject({ code: "approval_required", approve_url: expect.any(String), applied: false });
      expect(deletes()).toBe(0);
      await expect.poll(async () => (await trunkline.scope.store.approvals.find(value.approval))?.state).toBe("granted");
      const later = await trunkline.call("exotel_delete_trunk", { trunk_sid, approval: value.approval });
      expect(later.value).toMatchObject({ removed: true, approved: { by: "form" } });
    });

  test("the same person who answers in time is heard", async () => {
    const trunk_sid = await withTrunk(way, async () => {
      await delay(50);
      return agree;
    });
    expect(await tryDelete(trunk_sid)).toContain('"removed":true');
  });
});
