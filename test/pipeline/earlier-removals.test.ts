import { afterEach, expect, test } from "vitest";
import { type AnyTool, rowNamed } from "../../src/core/tool.ts";
import { tools } from "../../tools/index.ts";
import { agreeing, startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());
const call = async (tool: string, args: Record<string, unknown>) => (await trunkline.call(tool, args)).value;

interface Case {
  /** The calls that make the trunk, with the one row. */
  made: readonly (readonly [string, Record<string, unknown>])[];
  said: Record<string, unknown>;
}

const twilio = ["twilio_create_trunk", { friendly_name: "office", domain_name: "office.pstn.twilio.com" }] as const;
const telnyx = ["telnyx_create_connection", { connection_name: "office", connection_type: "ip" }] as const;

const removals: Record<string, Case> = {
  twilio_remove_ip: {
    made: [twilio, ["twilio_allow_ip", { trunk_sid: "office", ip: "44.248.146.8", cidr_prefix_length: 29 }]],
    said: { trunk_sid: "office", ip: "44.248.146.8/29" },
  },
  twilio_delete_credential: {
    made: [twilio, ["twilio_create_credential", { trunk_sid: "office", username: "pbx" }]],
    said: { trunk_sid: "office", username: "pbx" },
  },
  twilio_remove_origination_url: {
    made: [twilio, ["twilio_add_origination_url", { trunk_sid: "office", sip_url: "sip:sip.example.com:5061;transport=tls" }]],
    said: { trunk_sid: "office", destination: "sip.example.com" },
  },
  twilio_unassign_phone_number: {
    made: [twilio, ["twilio_assign_phone_number", { trunk_sid: "office", phone_number: "+12025550110" }]],
    said: { trunk_sid: "office", phone_number: "+1 202 555 0110" },
  },
  telnyx_remove_address: {
    made: [telnyx, ["telnyx_add_address", { connection_id: "office", ip_address: "44.248.146.8", port: 5070 }]],
    said: { connection_id: "office", address: "44.248.146.8", port: 5070 },
  },
  telnyx_unassign_phone_number: {
    made: [telnyx, ["telnyx_assign_phone_number", { connection_id: "office", phone_number: "+13125550141" }]],
    said: { connection_id: "office", phone_number: "+1 312 555 0141" },
  },
};

test("every removal of a row that a person may name is here, or among Exotel's", async () => {
  trunkline = await startTrunkline();
  const all = await Promise.all(Object.values(tools).map(async (load) => (await load()).default as AnyTool));
  const named = all.filter((tool) => tool.effect === "destroy" && rowNamed(tool)).map(({ name }) => name);
  expect(named.filter((name) => !name.startsWith("exotel_")).sort()).toEqual(Object.keys(removals).sort());
});

test.each(Object.entries(removals))(
  "%s finishes an earlier call like it, whose answer was lost, though the row is gone",
  async (tool, { made, said }) => {
    trunkline = await startTrunkline({ person: agreeing, pages: true, unlimited: true });
    for (const [name, args] of made) expect((await call(name, args)).code, name).toBeUndefined();
    const writes = () => trunkline.sandbox.seen.filter(({ effect }) => effect === "write").length;
    const method = tool === "telnyx_unassign_phone_number" ? "PATCH" : "DELETE";
    // As many reads as come before the removal are answered; those after it, which would settle it, are not.
    const earlier = trunkline.sandbox.seen.length;
    trunkline.sandbox.script({ kind: "status", method, status: 400 });
    await call(tool, said);
    const after = trunkline.sandbox.seen.slice(earlier).filter(({ effect }) => effect === "read").length;
    trunkline.sandbox.clearFaults();
    trunkline.sandbox.script({ kind: "lost", method });
    trunkline.sandbox.script({ kind: "status", method: "GET", status: 503, after, times: 60 });
    expect(await call(tool, said)).toMatchObject({ code: "outcome_unknown" });
    trunkline.sandbox.clearFaults();
    const sent = writes();
    expect(await call(tool, said)).toMatchObject({ removed: true, settled: true });
    expect(await call(tool, said)).toMatchObject({ code: "not_found" });
    expect(writes()).toBe(sent);
  },
);
