import { afterEach, describe, expect, test } from "vitest";
import { agreeing, startTrunkline, type Trunkline, ways } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

type Given = Record<string, unknown>;

async function withTrunk(): Promise<string> {
  return (await trunkline.call("exotel_create_trunk", { trunk_name: "office", nso_code: null, domain_name: "" })).value.trunk.trunk_id;
}

describe.each(ways)("what strict modes send for what they leave out, client $era over $transport", (way) => {
  test("null and an empty text are as if the argument were not there", async () => {
    trunkline = await startTrunkline({ ...way });
    const trunk_sid = await withTrunk();
    const same: [string, Given, Given][] = [
      ["list_trunks", {}, { provider: null, cursor: "", status: null, trunk_name: "", limit: null }],
      ["get_trunk", { trunk_id: "office" }, { trunk_id: "office", provider: "" }],
      ["exotel_list_phone_numbers", { trunk_sid }, { trunk_sid, cursor: null, limit: "" }],
    ];
    for (const [tool, left, sent] of same) {
      const { isError, value } = await trunkline.call(tool, sent);
      expect(isError, tool).toBe(false);
      expect(value).toEqual((await trunkline.call(tool, left)).value);
    }
  });

  test("a number may come as text", async () => {
    trunkline = await startTrunkline({ ...way });
    const trunk_sid = await withTrunk();
    const allowed = await trunkline.call("exotel_whitelist_ip", { trunk_sid, ip: "203.0.113.8", mask: "29", approval: null });
    expect(allowed.value.whitelisted_ip).toMatchObject({ ip: "203.0.113.8", mask: 29 });
    expect((await trunkline.call("explain_sip_code", { code: "403", provider: null, trunk_id: "" })).value.code).toBe(403);
  });

  test("an approval that is empty is none: the person is asked", async () => {
    trunkline = await startTrunkline({ ...way, pages: true });
    const trunk_sid = await withTrunk();
    for (const approval of ["", null]) {
      expect((await trunkline.call("exotel_delete_trunk", { trunk_sid, approval })).value.code).toBe("approval_required");
    }
    expect(trunkline.sandbox.seen.filter(({ method }) => method === "DELETE")).toEqual([]);
  });
});

describe("inside objects and lists", () => {
  test("fields of an object in the arguments", async () => {
    trunkline = await startTrunkline();
    const trunk_config = { exotel_number: "+918044319240", sip_port: "5070", sip_host: "", sip_domain: null, address: null, numbers: null };
    const { isError, value } = await trunkline.call("vyom_create_outbound_trunk", {
      ...{ trunk_name: "bot", trunk_type: "exotel", trunk_config },
      ...{ passthrough_mode: "false", passthrough_webhook_url: "" },
    });
    expect(value).toMatchObject({ trunk: { trunk_name: "bot" } });
    expect(isError).toBe(false);
    const [sent] = trunkline.sandbox.seen.filter(({ method }) => method === "POST");
    expect(JSON.stringify(sent)).not.toContain("null");
  });

  test("the setups beside the first of a plan", async () => {
    trunkline = await startTrunkline();
    const setup = { provider: "exotel", use_case: "outbound", numbers: ["+918044319240"], ips: ["203.0.113.9"] };
    const { value } = await trunkline.call("plan_trunk", {
      ...{ ...setup, trunk: "one", alias: "", destinations: null, options: null },
      also: [{ ...setup, trunk: "two", numbers: ["+918044319241"], alias: null, credentials: null }],
    });
    expect(value.questions).toBeUndefined();
    expect(value.plan_id).toMatch(/^plan_/);
  });
});

describe("what must be there is still asked for", () => {
  test.each<[string, Given, string, string]>([
    [
      "exotel_whitelist_ip",
      { trunk_sid: null, ip: "203.0.113.9" },
      "trunk_sid",
      "trunk_sid: expected string, received null. Nothing was sent.",
    ],
    ["exotel_whitelist_ip", { trunk_sid: "office" }, "ip", "ip: expected string, received nothing. Nothing was sent."],
    [
      "exotel_whitelist_ip",
      { trunk_sid: "office", ip: "203.0.113.9", mask: "all" },
      "mask",
      'mask: expected number, received "all". Nothing was sent.',
    ],
    ["exotel_add_destination_uris", { trunk_sid: "office", destinations: [null] }, "destinations.0", "expected object, received null"],
    ["exotel_add_destination_uris", { trunk_sid: "office", destinations: null }, "destinations", "expected array, received null"],
  ])("%s %j", async (tool, given, field, words) => {
    trunkline = await startTrunkline();
    const { isError, value } = await trunkline.call(tool, given);
    expect([isError, value.code, value.field]).toEqual([true, "invalid_input", field]);
    expect(value.message).toContain(words);
    expect(value.message.match(/received/g)).toHaveLength(1);
    expect(trunkline.sandbox.seen).toEqual([]);
  });

  test("an empty text empties nothing; a word of its own does", async () => {
    trunkline = await startTrunkline({ person: agreeing });
    const made = {
      name: "out",
      on_cli_mismatch_action: "reject_call",
      allowed_sip_ips: ["203.0.113.9"],
      callback_url: "https://example.com/x",
    };
    expect((await trunkline.call("didww_create_voice_out_trunk", made)).isError).toBe(false);
    const left = await trunkline.call("didww_update_voice_out_trunk", {
      trunk_id: "out",
      capacity_limit: "5",
      callback_url: "",
      tech_prefix: "",
    });
    expect(left.value.trunk.attributes).toMatchObject({ capacity_limit: 5, callback_url: "https://example.com/x" });
    const nothing = await trunkline.call("didww_update_voice_out_trunk", { trunk_id: "out", callback_url: "" });
    expect(nothing.value).toMatchObject({ code: "invalid_input", hint: expect.stringContaining("none empties") });
    const emptied = await trunkline.call("didww_update_voice_out_trunk", { trunk_id: "out", callback_url: "none" });
    expect(emptied.value.trunk.attributes.callback_url).toBeNull();
  });
});
