import { afterEach, expect, test } from "vitest";
import { plan, questions, startPlanning } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
afterEach(() => trunkline.close());

const live = { use_case: "inbound" as const, trunk: "front" };
const out = { use_case: "outbound" as const, trunk: "front" };

test.each([
  ["exotel", { ...live }, { new_name: "one" }, { new_name: "two" }, "also.0.new_name"],
  ["twilio", { ...live }, { options: { secure: true } }, { options: { secure: false } }, "also.0.options.secure"],
  ["telnyx", { ...live }, { new_name: "one" }, { new_name: "two" }, "also.0.new_name"],
  ["telnyx", { ...live }, { alias: "+13125550141" }, { alias: "+13125550142" }, "also.0.alias"],
  ["telnyx", { ...live }, { options: { codecs: ["G722"] } }, { options: { codecs: ["OPUS"] } }, "also.0.options.codecs"],
  ["livekit", { ...live }, { new_name: "one" }, { new_name: "two" }, "also.0.new_name"],
  ["livekit", { ...live }, { options: { agent_name: "a" } }, { options: { agent_name: "b" } }, "also.0.options.agent_name"],
  ["didww", { ...live }, { new_name: "one" }, { new_name: "two" }, "also.0.new_name"],
  ["didww", { ...live }, { options: { capacity_limit: 4 } }, { options: { capacity_limit: 5 } }, "also.0.options.capacity_limit"],
  ["didww", { ...out }, { new_name: "one" }, { new_name: "two" }, "also.0.new_name"],
  ["didww", { ...out }, { options: { capacity_limit: 4 } }, { options: { capacity_limit: 5 } }, "also.0.options.capacity_limit"],
])("%s: two wishes of one trunk that contradict each other are asked about: %j, %j and %j", async (provider, base, one, other, field) => {
  trunkline = await startPlanning();
  const made = questions(
    await plan(
      trunkline,
      [one, other].map((change) => ({ provider, ...base, ...change })),
    ),
  );
  expect(made).toContainEqual(expect.stringMatching(new RegExp(`^${field}: .* and .* are both asked for`)));
});
