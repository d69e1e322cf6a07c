import { beforeAll, describe, expect, test } from "vitest";
import { kamailio } from "../support/kamailio.ts";
import { needs } from "../support/needs.ts";
import { type Call, callOut, carriers } from "./signalling/calls.ts";
import { type RunningHost, startHost } from "./signalling/host.ts";
import { type Outcome, placeCall, sipp } from "./signalling/place-call.ts";
import { carrierHost, type Host, platformHost } from "./signalling/scripts.ts";
import { connect, type Mistake, type Stored, withMistake } from "./signalling/stored.ts";
import { lines } from "./support.ts";

/** Of the sandbox's project: LiveKit finds the trunks of a call by the host that was called. */
const PROJECT = "sandbox";

type Way = "in" | "out";

/** The call that the one end makes, and the end that takes it, from what is written at both. */
function ends(provider: string, way: Way, { carrier, livekit, password }: Stored): { call: Call; host: Host } {
  const side = carriers[provider];
  if (!side) throw new Error(`no carrier ${provider}`);
  return way === "in"
    ? { call: side.callIn(carrier, lines[provider]?.number ?? ""), host: platformHost(livekit, PROJECT) }
    : { call: callOut(livekit), host: carrierHost(side.admits({ carrier, livekit, password })) };
}

async function place(provider: string, way: Way, stored: Stored): Promise<Outcome> {
  const { call, host } = ends(provider, way, stored);
  const running: RunningHost = await startHost(host);
  try {
    return await placeCall(call, running);
  } finally {
    await running.stop();
  }
}

/** One value is another one than the plan wrote. */
const mistakes: [provider: string, way: Way, what: string, mistake: Mistake, refusal: { status: number; why: string }][] = [
  [
    "exotel",
    "in",
    "the host is another project's",
    { at: "carrier trunks 0 1 lists destination-uris 0 destination", to: "other.india.sip.livekit.cloud:5061;transport=tls" },
    { status: 404, why: "host" },
  ],
  [
    "telnyx",
    "in",
    "the number comes in its national form",
    { at: "carrier connections 1 1 inbound dnis_number_format", to: "national" },
    { status: 404, why: "number" },
  ],
  [
    "twilio",
    "in",
    "LiveKit's trunk has another number",
    { at: "livekit inbound 0 1 numbers", to: ["+12025550199"] },
    { status: 404, why: "number" },
  ],
  [
    "didww",
    "in",
    "the carrier has no login",
    { at: "carrier inTrunks 0 1 configuration attributes auth_enabled", to: false },
    { status: 407, why: "login" },
  ],
  [
    "didww",
    "in",
    "the carrier has another password",
    { at: "carrier inTrunks 0 1 configuration attributes auth_password", to: "another" },
    { status: 401, why: "password" },
  ],
  [
    "twilio",
    "in",
    "the carrier's addresses are not allowed",
    { at: "livekit inbound 0 1 allowed_addresses", to: ["54.172.60.0/30"] },
    { status: 404, why: "source" },
  ],
  ["exotel", "in", "there is no rule", { at: "livekit rules", to: [] }, { status: 404, why: "rule" }],
  ["exotel", "in", "the rule is for another trunk", { at: "livekit rules 0 1 trunk_ids", to: ["ST_other"] }, { status: 404, why: "rule" }],
  [
    "telnyx",
    "in",
    "LiveKit takes encrypted calls alone",
    { at: "livekit inbound 0 1 media encryption", to: "SIP_MEDIA_ENCRYPT_REQUIRE" },
    { status: 488, why: "media" },
  ],
  [
    "exotel",
    "out",
    "the caller id is not on the carrier's trunk",
    { at: "livekit outbound 0 1 numbers", to: ["+918044319999"] },
    { status: 403, why: "caller id" },
  ],
  [
    "twilio",
    "out",
    "the caller id has no plus",
    { at: "livekit outbound 0 1 numbers", to: ["12025550112"] },
    { status: 403, why: "caller id" },
  ],
  [
    "telnyx",
    "out",
    "the header that names the connection is missing",
    { at: "livekit outbound 0 1 headers", to: {} },
    { status: 403, why: "header" },
  ],
  ["twilio", "out", "there is no login", { at: "livekit outbound 0 1 auth_username", to: "" }, { status: 407, why: "login" }],
  [
    "exotel",
    "out",
    "the password is another one",
    { at: "livekit outbound 0 1 auth_password", to: "another" },
    { status: 403, why: "password" },
  ],
  [
    "didww",
    "out",
    "LiveKit's range is not on the carrier's list",
    { at: "carrier trunks 0 1 method allowed_sip_ips", to: ["161.115.160.0/19"] },
    { status: 403, why: "source" },
  ],
];

describe("an INVITE from what connect_trunk wrote, by sipp to Kamailio", needs({ kamailio, sipp }), () => {
  const written: Record<string, Stored> = {};
  beforeAll(async () => {
    for (const provider of Object.keys(carriers)) written[provider] = await connect(provider);
  });

  test.each(Object.keys(carriers))("%s: a call to the number reaches the agent", async (provider) => {
    const reached = { status: 200, headers: { "X-Agent": "front-desk" }, finished: true };
    expect(await place(provider, "in", written[provider] as Stored)).toMatchObject(reached);
  });
  test.each(Object.keys(carriers))("%s: a call of the agent is taken", async (provider) => {
    expect(await place(provider, "out", written[provider] as Stored)).toMatchObject({ status: 200, finished: true });
  });

  test.each(mistakes)("%s, %s: %s, and the call is refused", async (provider, way, _what, mistake, refusal) => {
    const outcome = await place(provider, way, withMistake(written[provider] as Stored, mistake));
    expect(outcome).toMatchObject(refusal);
  });
});
