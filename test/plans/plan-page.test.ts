import { afterEach, describe, expect, test } from "vitest";
import { open, press, send } from "../support/pages.ts";
import { startTrunkline, type Trunkline, type Way, ways } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

const numbers = ["+918044319240", "+918044319241"];
/** Its range lets more in than one site has, so a person is asked. */
const grave = { provider: "exotel", use_case: "outbound", trunk: "wanted", numbers, ips: ["44.248.0.0/20"], alias: numbers[0] };

const writes = () => trunkline.sandbox.seen.filter(({ effect }) => effect === "write").length;
const apply = async (given: object) => (await trunkline.call("apply_plan", { ...given })).value;

/** A plan whose application waits for a person, who was sent to a page. */
async function asked(way: Way) {
  trunkline = await startTrunkline({ ...way, pages: true });
  const planned = (await trunkline.call("plan_trunk", grave)).value;
  expect(planned.approval_needed).toBe(true);
  const { plan_id } = planned;
  const { approval, approve_url, ...refusal } = await apply({ plan_id });
  expect(refusal).toMatchObject({ code: "approval_required", applied: false, hint: expect.stringContaining("approve_url") });
  return { planned, plan_id, approval, approve_url };
}

/** The page's list of consequences, as a person reads it. */
function listed(html: string): string[] {
  const items = [...html.matchAll(/<(?:li|p class="about")>(.*?)<\/(?:li|p)>/gs)].map(([, item = ""]) => item.replaceAll(/<[^>]+>/g, ""));
  return items.map((item) => item.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))));
}

describe.each(ways)("a plan that a client without forms applies, $era over $transport", (way) => {
  test("is shown on the page with all it does; agreed to there, it is applied once", async () => {
    const { planned, plan_id, approval, approve_url } = await asked(way);
    const { body } = await send(approve_url);
    expect(body).toContain('for trunk <bdi class="name">&#34;wanted&#34;</bdi>?</h1>');
    // As the client calls itself, in either era of the protocol.
    expect(body).toContain(', through <bdi class="name">&#34;test&#34;</bdi>');
    const shown = listed(body);
    for (const fact of ["44.248.0.0/20", "4,096 addresses", 'New trunk "wanted"', ...numbers, "Calls show"])
      expect(shown.join("\n")).toContain(fact);
    expect(await apply({ plan_id, approval })).toMatchObject({ code: "approval_required", applied: false });
    const pressed = await press(await open(approve_url), { decision: "approve", name: "wanted" });
    expect(pressed.body).toContain("<h1>Approved</h1>");
    expect(writes()).toBe(0);
    const applied = await apply({ plan_id, approval });
    expect(applied).toMatchObject({ state: "done", done: planned.steps.length, not_done: 0 });
    // Only the call that used their word says that they agreed.
    const { approved, ...rest } = applied;
    expect(approved).toEqual({ by: "page" });
    expect(await apply({ plan_id, approval })).toEqual(rest);
    expect(writes()).toBe(planned.steps.length);
  });

  test.each([
    ["refused", { decision: "refuse" }, "approval_refused"],
    ["agreed to with another name", { decision: "approve", name: "other" }, "approval_required"],
  ])("%s there: nothing is done, and the plan waits", async (_, fields, code) => {
    const { plan_id, approval, approve_url } = await asked(way);
    await press(await open(approve_url), fields as Record<string, string>);
    expect(await apply({ plan_id, approval })).toMatchObject({ code, applied: false });
    expect((await trunkline.call("get_plan", { plan_id })).value).toMatchObject({ state: "planned", done: 0 });
    expect(writes()).toBe(0);
  });
});
