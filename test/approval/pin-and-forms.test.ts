import { afterEach, describe, expect, test } from "vitest";
import { hearLate } from "../../src/approval/agree.ts";
import { approvalPorts } from "../../src/pipeline/gate.ts";
import { agreeing, type Person, startTrunkline, type Trunkline, ways } from "../support/trunkline.ts";

const PIN = "4711 is long";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

/** A trunk, and a client that answers its own forms. `before` happens when a form is open. */
async function withTrunk(way: (typeof ways)[number], before: () => Promise<void> = async () => {}) {
  const forms: string[] = [];
  const person: Person = async (form) => {
    forms.push(form.message);
    await before();
    return await agreeing(form);
  };
  trunkline = await startTrunkline({ ...way, person, pages: true });
  const trunk_sid: string = (await trunkline.call("exotel_create_trunk", { trunk_name: "victim" })).value.trunk.trunk_id;
  return { trunk_sid, forms };
}

const deletes = () => trunkline.sandbox.seen.filter(({ method }) => method === "DELETE").length;
const setPin = () => trunkline.scope.store.pin.set(PIN);

describe.each(ways)("where a PIN is set, client $era over $transport", (way) => {
  test("no form is shown, and the answer leads to page and command, which ask for the PIN", async () => {
    const { trunk_sid, forms } = await withTrunk(way);
    await setPin();
    const { value } = await trunkline.call("exotel_delete_trunk", { trunk_sid });
    expect(value).toMatchObject({ code: "approval_required", applied: false, approve_command: `trunkline approve ${value.approval}` });
    expect(value.hint).toContain("PIN");
    expect(await (await fetch(value.approve_url)).text()).toContain('name="pin"');
    expect([forms, deletes()]).toEqual([[], 0]);
    // To carry the id back is no person's word either.
    expect((await trunkline.call("exotel_delete_trunk", { trunk_sid, approval: value.approval })).value).toMatchObject({ applied: false });
    expect(deletes()).toBe(0);
  });

  test("a form that was open before decides nothing any more", async () => {
    const { trunk_sid, forms } = await withTrunk(way, setPin);
    const { value } = await trunkline.call("exotel_delete_trunk", { trunk_sid });
    expect(value).toMatchObject({ code: "approval_required", applied: false });
    expect(forms).toHaveLength(1);
    expect((await trunkline.scope.store.approvals.find(value.approval))?.state).toBe("pending");
    expect(deletes()).toBe(0);
  });

  test("once it is taken away, a form decides again", async () => {
    const { trunk_sid } = await withTrunk(way);
    await setPin();
    await trunkline.call("exotel_delete_trunk", { trunk_sid });
    await trunkline.scope.store.pin.set(undefined);
    expect((await trunkline.call("exotel_delete_trunk", { trunk_sid })).value).toMatchObject({ removed: true, approved: { by: "form" } });
  });
});

test("a late answer to a form, after the call was answered, decides nothing where a PIN is set", async () => {
  const { trunk_sid } = await withTrunk({ era: "v1", transport: "stdio" });
  await setPin();
  const { approval } = (await trunkline.call("exotel_delete_trunk", { trunk_sid })).value;
  const state = async () => (await trunkline.scope.store.approvals.find(approval))?.state;
  for (const action of ["accept", "decline"] as const) {
    await hearLate({ approval, action, typed: "victim", tries: 0 }, "victim", approvalPorts(trunkline.scope));
    expect(await state()).toBe("pending");
  }
  await trunkline.scope.store.pin.set(undefined);
  await hearLate({ approval, action: "accept", typed: "victim", tries: 0 }, "victim", approvalPorts(trunkline.scope));
  expect(await state()).toBe("granted");
});
