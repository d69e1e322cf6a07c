import { afterEach, beforeEach, expect, test } from "vitest";
import { startLiveKit } from "../support/livekit.ts";
import type { Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
let trunk_id: string;
let dispatch_rule_id: string;

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
const call = async (tool: string, args: object): Promise<any> => (await trunkline.call(tool, { ...args })).value;
const login = { auth_username: "carrier", auth_password: "env:TRUNKLINE_SECRET_SIP" };

beforeEach(async () => {
  trunkline = await startLiveKit({ policy: { approval: "two_step" }, person: undefined as never });
  trunk_id = (await call("livekit_create_inbound_trunk", { name: "in", numbers: ["+33144556677"], ...login })).trunk.trunk_id;
  const rule = {
    name: "to-agent",
    trunk_ids: ["in"],
    rule_type: "individual",
    room_prefix: "call",
    agents: [{ agent_name: "front-desk" }],
  };
  ({ dispatch_rule_id } = (await call("livekit_create_dispatch_rule", rule)).dispatch_rule);
});
afterEach(() => trunkline.close());

const inbound = (more: object) => () => ["livekit_update_inbound_trunk", { trunk_id, ...more }] as const;
const rule = (more: object) => () => ["livekit_update_dispatch_rule", { dispatch_rule_id, ...more }] as const;

test.each<[string, () => readonly [string, object], RegExp]>([
  [
    "another agent",
    rule({ agents: [{ agent_name: "night-desk" }] }),
    /go to rooms "call_\*", agent "night-desk" at once, and no longer to rooms "call_\*", agent "front-desk"/,
  ],
  ["another room", rule({ room_prefix: "desk" }), /Change dispatch rule "to-agent"\?.*rooms "desk_\*"/],
  ["every trunk", rule({ trunk_ids: [] }), /served trunks was those named and becomes every trunk, and calls that matched none/],
  [
    "the end of a rule",
    () => ["livekit_delete_dispatch_rule", { dispatch_rule_id }],
    /Delete dispatch rule "to-agent"\?.*The dispatch rule "to-agent" \(SDR_\w+\) is gone/,
  ],
  [
    "a second rule",
    () => ["livekit_create_dispatch_rule", { name: "more", trunk_ids: ["in"], rule_type: "callee", inbound_numbers: ["+37061498222"] }],
    /^(?!.*[Tt]runk "more").*New dispatch rule "more" on LiveKit.*Live calls that the rule SDR_\w+ "to-agent".*may go to this one at once/,
  ],
  [
    "a rule for every trunk",
    () => ["livekit_create_dispatch_rule", { name: "all", trunk_ids: [], rule_type: "callee" }],
    /becomes every trunk/,
  ],
  ["no login any more", inbound({ auth_username: "none" }), /The login "carrier" stops working at once.*0\.0\.0\.0\/0/],
  ["another password", inbound({ auth_password: "env:TRUNKLINE_SECRET_SIP" }), /auth_password was as it is and becomes a new one/],
  [
    "one number more",
    inbound({ numbers: ["+33144556677", "+33144556678"] }),
    /numbers taken was \+33144556677 and becomes \+33144556677, \+33144556678/,
  ],
  ["every number", inbound({ numbers: [] }), /becomes every number that no other trunk has/],
  ["a range of 256 addresses", inbound({ allowed_addresses: ["46.19.210.0/24"] }), /All 256 addresses of 46\.19\.210\.0\/24/],
  ["the end of a trunk", () => ["livekit_delete_trunk", { trunk_id }], /Its dispatch rules stay, and serve nobody: SDR_\w+/],
  [
    "any caller id",
    () => ["livekit_create_outbound_trunk", { name: "out", address: "sip.example.com", transport: "tls", numbers: ["*"] }],
    /caller ids was those listed and becomes any: each call chooses its own/,
  ],
])("%s waits for a person, who reads it in words", async (_, given, words) => {
  const sent = () => trunkline.sandbox.seen.filter(({ effect }) => effect === "write").length;
  const before = sent();
  const [tool, args] = given();
  const first = await call(tool, args);
  expect(first).toMatchObject({ code: "approval_required", message: expect.stringMatching(words) });
  expect(sent()).toBe(before);
  expect((await call(tool, { ...args, approval: first.approval })).code).toBeUndefined();
  expect(sent()).toBe(before + 1);
});

test.each<[string, () => readonly [string, object]]>([
  [
    "a rule behind a PIN",
    () => ["livekit_create_dispatch_rule", { name: "pin", trunk_ids: ["in"], rule_type: "callee", pin: "env:TRUNKLINE_SECRET_SIP" }],
  ],
  [
    "a trunk behind a login of ours",
    () => ["livekit_create_inbound_trunk", { name: "new", numbers: ["+33144556679"], auth_username: "carrier" }],
  ],
  [
    "a trunk behind two addresses",
    () => ["livekit_create_inbound_trunk", { name: "new", numbers: ["+33144556679"], allowed_addresses: ["46.19.210.14", "46.19.210.15"] }],
  ],
  ["stricter encryption", inbound({ media_encryption: "require" })],
  ["fewer callers", inbound({ allowed_numbers: ["+37061498222"] })],
  ["a name", rule({ name: "renamed" })],
])("%s needs nobody's word", async (_, given) => {
  expect((await call(...given())).code).toBeUndefined();
});

test("a rule that somebody changed meanwhile voids the approval", async () => {
  const args = { dispatch_rule_id };
  const { approval } = await call("livekit_delete_dispatch_rule", args);
  const change = { dispatch_rule_id, agents: [{ agent_name: "other" }] };
  await call("livekit_update_dispatch_rule", { ...change, approval: (await call("livekit_update_dispatch_rule", change)).approval });
  expect(await call("livekit_delete_dispatch_rule", { ...args, approval })).toMatchObject({ code: "approval_refused" });
});

test("a removed rule leaves a copy of itself", async () => {
  const { approval } = await call("livekit_delete_dispatch_rule", { dispatch_rule_id });
  const removed = await call("livekit_delete_dispatch_rule", { dispatch_rule_id, approval });
  expect(removed).toMatchObject({ removed: true, snapshot_holds: "the dispatch rule as it was before, to set it up again" });
  const { contents } = await trunkline.client.readResource({ uri: removed.snapshot });
  expect(JSON.stringify(contents)).toContain("front-desk");
});
