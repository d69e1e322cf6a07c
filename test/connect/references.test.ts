import { afterEach, beforeEach, expect, test } from "vitest";
import { startPlanning } from "../plans/support.ts";
import { wanted } from "./support.ts";

/** A login that is another's, whose password this server keeps. */
const victim = { provider: "exotel", use_case: "outbound", trunk: "victim", numbers: ["+918044319250"], credentials: ["victim"] };
let trunkline: Awaited<ReturnType<typeof startPlanning>>;
let password: string;

beforeEach(async () => {
  trunkline = await startPlanning();
  const { plan_id } = (await trunkline.call("plan_trunk", victim)).value;
  await trunkline.call("apply_plan", { plan_id });
  password = /"password":"(\w{24})"/.exec(trunkline.sandbox.seen.map(({ body }) => body).join())?.[1] ?? "";
  trunkline.sandbox.seen.splice(0);
});
afterEach(() => trunkline.close());

const livekit = {
  provider: "livekit",
  use_case: "inbound",
  trunk: "desk",
  numbers: ["+37061498222"],
  options: { agent_name: "front-desk" },
};
const didww = {
  ...{ provider: "didww", use_case: "inbound", trunk: "desk", numbers: ["+37061498222"] },
  destinations: ["attacker.example:5061;transport=tls"],
};
const connected = wanted("didww", "inbound");
const SECRET = "secret:exotel/victim";

test.each<[tool: string, given: object]>([
  ["plan_trunk", { ...livekit, trunk: SECRET }],
  ["plan_trunk", { ...livekit, options: { agent_name: SECRET } }],
  ["plan_trunk", { ...livekit, options: { agent_name: "front-desk", room_prefix: SECRET } }],
  ["plan_trunk", { ...livekit, credentials: ["bot"], options: { agent_name: "front-desk", auth_password: SECRET } }],
  ["plan_trunk", { ...livekit, also: [{ ...livekit, trunk: SECRET, numbers: ["+46812111133"] }] }],
  ["plan_trunk", { ...didww, trunk: SECRET }],
  ["plan_trunk", { ...didww, options: { auth_user: "bot", auth_password: SECRET } }],
  ["plan_trunk", { ...didww, options: { auth_user: SECRET, auth_password: "env:TRUNKLINE_SECRET_TWILIO" } }],
  ["plan_trunk", { provider: "twilio", use_case: "outbound", trunk: SECRET, numbers: ["+12025550112"], credentials: ["bot"] }],
  [
    "plan_trunk",
    { provider: "telnyx", use_case: "outbound", trunk: SECRET, numbers: ["+13125550142"], options: { daily_spend_limit: "50.00" } },
  ],
  ["connect_trunk", { ...connected, trunk: SECRET }],
  ["connect_trunk", { ...connected, agent_name: SECRET }],
  ["connect_trunk", { ...connected, room_prefix: SECRET }],
  ["connect_trunk", { ...connected, numbers: [SECRET] }],
  ["connect_trunk", { ...connected, sip_host: SECRET }],
  ["connect_trunk", { ...connected, options: { auth_user: SECRET } }],
  ["connect_trunk", { ...connected, options: { auth_password: SECRET } }],
  ["connect_trunk", { ...connected, options: { name: SECRET } }],
  // The very login that this connection passes on, in a field that everybody reads.
  ["connect_trunk", { ...connected, options: { auth_user: "secret:livekit/agent_front_desk inbound" } }],
  ["connect_trunk", { ...connected, agent_name: "login:livekit/agent_front_desk inbound" }],
])("%s refuses a reference to a login that a caller wrote: %j", async (tool, given) => {
  expect(password).toHaveLength(24);
  const { value } = await trunkline.call(tool, given as Record<string, unknown>);
  if (value.plan_id !== undefined) await trunkline.call("apply_plan", { plan_id: value.plan_id });
  expect(
    trunkline.sandbox.seen.some(({ body }) => body.includes(password)),
    "the password went to nobody else",
  ).toBe(false);
  expect(value.plan_id, JSON.stringify(value)).toBeUndefined();
});
