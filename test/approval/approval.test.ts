import { afterEach, describe, expect, test } from "vitest";
import {
  connectClient,
  type Options,
  type Person,
  type PersonAnswer,
  startTrunkline,
  type Trunkline,
  toAnswer,
  ways,
} from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

async function withTrunk(options: Options): Promise<string> {
  trunkline = await startTrunkline(options);
  const created = await trunkline.call("exotel_create_trunk", { trunk_name: "victim" });
  return created.value.trunk.trunk_id;
}

async function remains(trunk_sid: string): Promise<boolean> {
  const { value } = await trunkline.call("list_trunks");
  return value.trunks.some((trunk: { trunk_id: string }) => trunk.trunk_id === trunk_sid);
}

const deletes = () => trunkline.sandbox.seen.filter(({ method }) => method === "DELETE").length;
describe.each(ways)("the form before a person, client $era over $transport", (way) => {
  test("says what will be lost; the exact name lets the call pass", async () => {
    const forms: string[] = [];
    const person: Person = ({ message }) => {
      forms.push(message);
      return { action: "accept", content: { trunk_name: "victim" } };
    };
    const trunk_sid = await withTrunk({ ...way, person });
    await trunkline.call("exotel_map_phone_number", { trunk_sid, phone_number: "+918044319240" });
    await trunkline.call("exotel_whitelist_ip", { trunk_sid, ip: "203.0.113.9" });
    const { isError } = await trunkline.call("exotel_delete_trunk", { trunk_sid });
    expect(isError).toBe(false);
    expect(forms.map((form) => form.replace(/made \S+Z/, "made then").split("\n"))).toEqual([
      [
        "SANDBOX: no carrier is touched.",
        'Delete trunk "victim"?',
        `Trunk "victim" (${trunk_sid}) on Exotel, active, made then.`,
        `Lost: The trunk "victim" (${trunk_sid}) is gone, with all that follows. This cannot be undone.`,
        "Lost: 203.0.113.9/32 may no longer place calls.",
        "Lost: Number +918044319240 is taken off: its calls no longer go over the trunk (mode pstn).",
        "Outbound calls stop at once.",
        'Type "victim" to agree.',
      ],
    ]);
    expect(await remains(trunk_sid)).toBe(false);
  });

  test.each<[string, PersonAnswer, string, string, number]>([
    ["accept without content", { action: "accept" }, "approval_required", "dismissed", 1],
    ["accept with an empty name", { action: "accept", content: { trunk_name: "" } }, "approval_required", "dismissed", 1],
    ["cancel", { action: "cancel" }, "approval_required", "dismissed", 1],
    ["decline", { action: "decline" }, "approval_refused", "declined", 1],
    ["accept with another name", { action: "accept", content: { trunk_name: "Victim" } }, "approval_refused", "wrong_name", 3],
  ])("%s: nothing happens, and the agent reads so and why", async (_, answer, code, reason, times) => {
    let forms = 0;
    const person = () => {
      forms++;
      return answer;
    };
    const trunk_sid = await withTrunk({ ...way, person, pages: true });
    const { isError, value } = await trunkline.call("exotel_delete_trunk", { trunk_sid });
    expect(isError).toBe(true);
    expect(value).toMatchObject({ code, reason, applied: false });
    expect(value.message).toContain("Nothing was done");
    if (code === "approval_refused") {
      expect(value.message).toContain(`Nothing was done. Not done: Delete an Exotel trunk, on "victim" (${trunk_sid}).`);
    }
    expect(forms).toBe(times);
    // Nobody was reached: the page is the way on, for the same approval.
    if (code === "approval_required") expect(value).toMatchObject({ approval: expect.any(String), approve_url: expect.any(String) });
    expect(await remains(trunk_sid)).toBe(true);
    expect(deletes()).toBe(0);
  });

  test("a wrong name may be typed again", async () => {
    const typed = ["Victim", "vctim", "victim"];
    const trunk_sid = await withTrunk({ ...way, person: () => ({ action: "accept", content: { trunk_name: typed.shift() ?? "" } }) });
    expect((await trunkline.call("exotel_delete_trunk", { trunk_sid })).value).toMatchObject({ removed: true, approved: { by: "form" } });
  });

  test("a client that can ask nobody cannot delete", async () => {
    const trunk_sid = await withTrunk({ ...way });
    const { isError, value } = await trunkline.call("exotel_delete_trunk", { trunk_sid });
    expect(isError).toBe(true);
    expect(value).toMatchObject({ code: "approval_required", applied: false });
    expect(value).not.toHaveProperty("approval");
    expect(deletes()).toBe(0);
  });
});

describe("two_step, by the operator's word", () => {
  const policy = { approval: "two_step" } as const;

  test("the first call describes, the second carries the code, and the code is used up", async () => {
    const trunk_sid = await withTrunk({ policy });
    const first = await trunkline.call("exotel_delete_trunk", { trunk_sid });
    expect(first.value).toMatchObject({ code: "approval_required", applied: false });
    expect(deletes()).toBe(0);
    const second = await trunkline.call("exotel_delete_trunk", { trunk_sid, approval: first.value.approval });
    expect(second.value).toMatchObject({ removed: true });
    const third = await trunkline.call("exotel_delete_trunk", {
      trunk_sid: "another_trunk_of_more_than_16",
      approval: first.value.approval,
    });
    expect(third.isError).toBe(true);
  });

  test.each<
    [string, (trunk_sid: string, approval: string) => Promise<void> | void, (sid: string, approval: string) => Record<string, unknown>]
  >([
    ["a made-up code", () => {}, (trunk_sid) => ({ trunk_sid, approval: "apr_00000000-0000-4000-8000-000000000000" })],
    [
      "a flipped byte",
      () => {},
      (trunk_sid, approval) => ({ trunk_sid, approval: approval.replace(/.$/, (last) => (last === "0" ? "1" : "0")) }),
    ],
    [
      "a trunk that changed in between",
      async (trunk_sid) => void (await trunkline.call("exotel_map_phone_number", { trunk_sid, phone_number: "+918044319240" })),
      (trunk_sid, approval) => ({ trunk_sid, approval }),
    ],
  ])("%s deletes nothing", async (_, meanwhile, args) => {
    const trunk_sid = await withTrunk({ policy });
    const { value } = await trunkline.call("exotel_delete_trunk", { trunk_sid });
    await meanwhile(trunk_sid, value.approval);
    const second = await trunkline.call("exotel_delete_trunk", args(trunk_sid, value.approval));
    expect(second.value).toMatchObject({ code: "approval_refused", reason: "not_valid", applied: false });
    expect(deletes()).toBe(0);
  });

  test("the code for one trunk does not delete another, nor pass another tool, nor another caller", async () => {
    const trunk_sid = await withTrunk({ policy });
    const other = (await trunkline.call("exotel_create_trunk", { trunk_name: "bystander" })).value.trunk.trunk_id;
    await trunkline.call("exotel_set_trunk_alias", { trunk_sid, alias: "+918044319240" });
    const { approval } = (await trunkline.call("exotel_delete_trunk", { trunk_sid })).value;
    expect((await trunkline.call("exotel_delete_trunk", { trunk_sid: other, approval })).value.code).toBe("approval_refused");
    expect((await trunkline.call("exotel_remove_trunk_alias", { trunk_sid, approval })).value.code).toBe("approval_refused");
    const stranger = await connectClient({ ...trunkline.scope, principal: "stranger" }, "v1");
    const answer = toAnswer(await stranger.client.callTool({ name: "exotel_delete_trunk", arguments: { trunk_sid, approval } }));
    expect(answer.value).toMatchObject({ code: "approval_refused" });
    expect(answer.value.message).toContain("No such approval");
    await stranger.close();
    expect(deletes()).toBe(0);
  });

  test("two calls at once with one code delete once", async () => {
    const trunk_sid = await withTrunk({ policy });
    const { approval } = (await trunkline.call("exotel_delete_trunk", { trunk_sid })).value;
    const both = await Promise.all([1, 2].map(() => trunkline.call("exotel_delete_trunk", { trunk_sid, approval })));
    expect(both.filter(({ isError }) => !isError)).toHaveLength(1);
    expect(deletes()).toBe(1);
  });

  test("a code is void after ten minutes", async () => {
    let now = Date.now();
    const clock = { now: () => now, sleep: async () => {} };
    const trunk_sid = await withTrunk({ policy, clock });
    const { approval } = (await trunkline.call("exotel_delete_trunk", { trunk_sid })).value;
    now += 10 * 60_000 + 1;
    const { value } = await trunkline.call("exotel_delete_trunk", { trunk_sid, approval });
    expect(value).toMatchObject({ reason: "timed_out", message: expect.stringContaining("10 minutes") });
    expect(deletes()).toBe(0);
  });
});

describe("calls that widen who may place calls, or move live traffic, wait too", () => {
  test.each<[string, string, (trunk_sid: string) => Promise<Record<string, unknown>>, boolean]>([
    ["a /28 passes", "exotel_whitelist_ip", async () => ({ ip: "203.0.113.16", mask: 28 }), false],
    ["a /27 waits", "exotel_whitelist_ip", async () => ({ ip: "203.0.113.32", mask: 27 }), true],
    [
      "the first destination passes",
      "exotel_add_destination_uris",
      async () => ({ destinations: [{ destination: "sip.example.com:5061;transport=tls" }] }),
      false,
    ],
    [
      "a further destination waits",
      "exotel_add_destination_uris",
      async (trunk_sid) => {
        await trunkline.call("exotel_add_destination_uris", {
          trunk_sid,
          destinations: [{ destination: "sip.example.com:5061;transport=tls" }],
        });
        return { destinations: [{ destination: "sip.example.net:5061;transport=tls" }] };
      },
      true,
    ],
    ["switching a number's mode waits", "exotel_update_phone_number", (trunk_sid) => mapped(trunk_sid, "flow"), true],
    ["setting the mode that it has passes", "exotel_update_phone_number", (trunk_sid) => mapped(trunk_sid, "pstn"), false],
  ])("%s", async (_, tool, prepare, waits) => {
    const trunk_sid = await withTrunk({});
    const args = await prepare(trunk_sid);
    const before = trunkline.sandbox.seen.filter(({ effect }) => effect === "write").length;
    const { isError, value } = await trunkline.call(tool, { trunk_sid, ...args });
    expect(isError).toBe(waits);
    if (waits) expect(value.code).toBe("approval_required");
    expect(trunkline.sandbox.seen.filter(({ effect }) => effect === "write").length).toBe(waits ? before : before + 1);
  });

  async function mapped(trunk_sid: string, mode: string): Promise<Record<string, unknown>> {
    const { value } = await trunkline.call("exotel_map_phone_number", { trunk_sid, phone_number: "+918044319240", mode: "pstn" });
    return { phone_number_id: value.phone_number.phone_number_id, phone_number: "+918044319240", mode };
  }
});

describe("what the operator allows", () => {
  test("refuse: nothing that needs approval is done, whoever asks", async () => {
    const trunk_sid = await withTrunk({
      policy: { approval: "refuse" },
      person: () => ({ action: "accept", content: { trunk_name: "victim" } }),
    });
    const { value } = await trunkline.call("exotel_delete_trunk", { trunk_sid });
    expect(value).toMatchObject({ code: "approval_refused", reason: "operator" });
    expect(value.message).toContain('Not done: Delete an Exotel trunk, on "victim"');
    expect(deletes()).toBe(0);
  });

  test("what was not done is named by what a person was to agree to", async () => {
    const trunk_sid = await withTrunk({ person: () => ({ action: "decline" }) });
    const { value } = await trunkline.call("exotel_whitelist_ip", { trunk_sid, ip: "203.0.113.32", mask: 27 });
    expect(value.message).toMatch(/^The person declined\. Nothing was done\. Not done: .+ \(203\.0\.113\.32\/27\), on "victim" \(\w+\)\.$/);
  });

  test("read-only and toolsets narrow the list, and a hidden tool does nothing when it is called all the same", async () => {
    trunkline = await startTrunkline({ policy: { readOnly: true, toolsets: ["exotel"] } });
    const { tools } = await trunkline.client.listTools();
    expect(tools.every(({ name, annotations }) => name.startsWith("exotel_") && annotations?.readOnlyHint === true)).toBe(true);
    expect(tools.length).toBeGreaterThan(3);
    expect((await trunkline.call("exotel_create_trunk", { trunk_name: "sneaky" })).value).toMatchObject({
      code: "forbidden",
      applied: false,
    });
    expect((await trunkline.call("list_trunks")).value.code).toBe("forbidden");
    expect(trunkline.sandbox.seen).toEqual([]);
  });
});
