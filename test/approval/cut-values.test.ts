import { expect, test } from "vitest";
import { compare } from "../../src/approval/compare.ts";
import type { TrunkDetail } from "../../src/core/carrier/trunk.ts";
import { providers } from "../../src/providers/index.ts";

const long = "x".repeat(120);
const headers = (last: string) => [...Array.from({ length: 9 }, (_, index) => `X-${index}: a`), last];

/** Two states of a trunk that differ only where a sentence has no room any more. */
const cases: [carrier: string, what: string, trunk: (end: string) => Partial<TrunkDetail>][] = [
  ["livekit", "gateway", (end) => ({ attributes: { direction: "outbound", address: `${long}.${end}` } })],
  ["livekit", "host in From", (end) => ({ attributes: { direction: "outbound", from_host: `${long}.${end}` } })],
  ["livekit", "header after many", (end) => ({ attributes: { direction: "outbound", headers: headers(`X-To: ${end}`) } })],
  ["livekit", "login", (end) => ({ credentials: [{ user_name: `${long}${end}` }], attributes: { direction: "outbound" } })],
  ["livekit", "host let in", (end) => ({ attributes: { direction: "inbound", allowed_hosts: [`${long}.${end}`] } })],
  ["livekit", "agent", (end) => rule({ agents: [`${long}${end}`] })],
  ["livekit", "room", (end) => rule({ rule_type: "direct", room_name: `${long}${end}` })],
  ["livekit", "prefix of rooms", (end) => rule({ room_prefix: `${long}${end}` })],
  ["twilio", "URL for disasters", (end) => ({ attributes: { disaster_recovery_url: `https://example.com/${long}/${end}` } })],
  ["telnyx", "webhook", (end) => ({ attributes: { webhook_event_url: `https://example.com/${long}/${end}` } })],
  ["telnyx", "profile", (end) => ({ attributes: { outbound_voice_profile_id: "1", profile_name: `${long}${end}` } })],
  ["didww", "host", (end) => inbound(`${long}${long}.${end}`, "carrier")],
  ["didww", "login", (end) => inbound("sip.example.com", `${long}${end}`)],
];

function rule(row: NonNullable<TrunkDetail["attributes"]>): Partial<TrunkDetail> {
  return {
    attributes: { direction: "dispatch_rule", rule_type: "individual", agents: [], trunk_ids: ["ST_1"], leads_to: "rooms", ...row },
  };
}

function inbound(host: string, user_name: string): Partial<TrunkDetail> {
  return {
    directions: ["inbound"],
    auth_type: "credentials",
    phone_numbers: [{ phone_number: "+37061498222" }],
    destination_uris: [{ destination: `${host};transport=tls` }],
    credentials: [{ user_name }],
    attributes: { direction: "inbound", kind: "sip", username: long },
  };
}

test.each(cases)("%s: another %s is asked about, however late it differs", async (carrier, _, trunk) => {
  const { reach } = (await providers.find(({ id }) => id === carrier)?.reach()) ?? {};
  const found = (end: string) => reach?.({ provider: carrier, trunk_id: "1", trunk_name: "one", ...trunk(end) });
  const [before, same, after] = [found("good"), found("good"), found("evil")];
  if (!before || !same || !after) throw new Error(`${carrier} has no reach`);
  const allowance = { callers: 16, logins: 2 };
  expect(compare(before, same, allowance, false)).toEqual([]);
  const asked = compare(before, after, allowance, false).filter(({ asks }) => asks);
  expect(asked.map(({ detail }) => detail).join(" ")).toContain("evil");
});
