import { describe, expect, test, vi } from "vitest";
import { twilio } from "../../src/providers/twilio/index.ts";
import { agreeing, startTrunkline, type Trunkline } from "../support/trunkline.ts";
import { needsTwilioDocuments, twilioDocuments } from "../support/twilio-openapi.ts";
import { operationOf, replay } from "../support/twilio-replay.ts";
import { type Exchange, requestOf, startTwilioSdk } from "../support/twilio-sdk.ts";

// The SDK reads its host from them.
vi.stubEnv("TWILIO_EDGE", undefined);
vi.stubEnv("TWILIO_REGION", undefined);

type Request = Omit<Exchange, "status" | "answer">;

/** Headers in which our client and the SDK differ, and why nothing depends on it. */
const differences: Readonly<Record<string, string>> = {
  "user-agent": "each names itself",
  host: "each has an emulator of its own",
  connection: "a matter of each HTTP library",
  "accept-encoding": "ours asks for no compression",
  "accept-charset": "sent by the SDK; HTTP dropped it in 2022, and all answers are UTF-8",
  "content-length": "a blank is + in our forms and %20 in the SDK's, which is the same to a form",
  "x-request-id": "sent by ours, so that an operator finds the call again",
  traceparent: "sent by ours, where the caller is traced",
};

/** The SDK forgets to say what it accepts where no answer has a body. */
const acceptOf = ({ method, headers }: Request) => (method === "DELETE" ? "anything" : headers["accept"]);

function comparable(request: Request) {
  const { method, host, path, query, form, headers } = request;
  const kept = Object.entries(headers).filter(([name]) => !(name in differences) && name !== "accept");
  return {
    ...{ method, host, path, query: [...query].sort(), form: [...form].sort() },
    headers: Object.fromEntries([...kept, ["accept", acceptOf(request)]].sort()),
  };
}

const lives = new Map<string, Promise<Request[]>>();

/** The requests of a trunk's whole life, by every one of our tools. It is lived once in each dialect. */
function wholeLife(dialect: string): Promise<Request[]> {
  const life = lives.get(dialect) ?? live(dialect);
  lives.set(dialect, life);
  return life;
}

async function live(dialect: string): Promise<Request[]> {
  const trunkline = await startTrunkline({ providers: [twilio], dialect, person: agreeing, unlimited: true });
  await everyTool(trunkline).finally(() => trunkline.close());
  return trunkline.sandbox.seen.map(requestOf);
}

async function everyTool(trunkline: Trunkline): Promise<void> {
  const call = async (tool: string, args: Record<string, unknown>) => {
    const { isError, value } = await trunkline.call(tool, args);
    if (isError) throw new Error(`${tool}: ${JSON.stringify(value)}`);
    return value;
  };
  const domain_name = "one.pstn.twilio.com";
  const { trunk } = await call("twilio_create_trunk", {
    friendly_name: "number one & co",
    domain_name,
    secure: true,
    transfer_mode: "sip-only",
  });
  const trunk_sid = trunk.trunk_id;
  await call("twilio_update_trunk", {
    trunk_sid,
    friendly_name: "two",
    secure: false,
    recording_mode: "record-from-answer",
    recording_trim: "trim-silence",
  });
  await call("twilio_assign_phone_number", { trunk_sid, phone_number: "+12025550110" });
  const other = (await call("twilio_create_trunk", { friendly_name: "other" })).trunk.trunk_id;
  await call("twilio_assign_phone_number", { trunk_sid: other, phone_number: "+12025550110" });
  await call("twilio_unassign_phone_number", { trunk_sid: other, phone_number: "+12025550110" });
  await call("twilio_assign_phone_number", { trunk_sid, phone_number: "+12025550111" });
  await call("twilio_add_origination_url", { trunk_sid, sip_url: "sip:pbx.example.com:5061;transport=tls" });
  await call("twilio_update_origination_url", { trunk_sid, destination: "pbx.example.com", priority: 5, weight: 7, enabled: false });
  await call("twilio_remove_origination_url", { trunk_sid, destination: "pbx.example.com" });
  await call("twilio_allow_ip", { trunk_sid, ip: "203.0.113.1" });
  await call("twilio_allow_ip", { trunk_sid, ip: "203.0.113.8", cidr_prefix_length: 29, friendly_name: "second office" });
  await call("twilio_create_credential", { trunk_sid, username: "pbx" });
  await call("twilio_remove_ip", { trunk_sid, ip: "203.0.113.1" });
  await call("twilio_delete_credential", { trunk_sid, username: "pbx" });
  await call("check_trunk", { trunk_id: trunk_sid, direction: "outbound" });
  await call("twilio_delete_trunk", { trunk_sid });
}

describe.each(["observed", "documented"])("our client in the dialect %s", (dialect) => {
  test("sends what the carrier's own SDK sends for the same, header by header and field by field", async () => {
    const ours = await wholeLife(dialect);
    const { sdk, sandbox, close } = await startTwilioSdk(dialect);
    try {
      for (const request of ours) {
        const before = sandbox.seen.length;
        await replay(sdk, request);
        const sent = sandbox.seen.slice(before).map(requestOf);
        expect(sent.map(comparable), operationOf(request)).toEqual([comparable(request)]);
      }
    } finally {
      await close();
    }
    const writes = new Set(ours.map(operationOf).filter((name) => !name.startsWith("GET")));
    // Every kind of write that a tool makes; the rest are those of a refused deletion.
    expect(writes.size).toBeGreaterThanOrEqual(dialect === "observed" ? 16 : 18);
    expect(ours.length).toBeGreaterThan(60);
  });

  test("sends what the OpenAPI documents say", needsTwilioDocuments, async () => {
    const { problems } = twilioDocuments();
    const requests = await wholeLife(dialect);
    // Its answers are the emulator's, which are held against the documents elsewhere.
    const wrong = requests.flatMap((request) => problems({ ...request, status: 0, answer: undefined }));
    expect(wrong.filter((text) => !text.endsWith("status 0 is not documented"))).toEqual([]);
  });
});

test("the differences are differences: each is seen, but the one that needs a traced caller", async () => {
  const [ours] = await wholeLife("observed");
  const { sdk, sandbox, close } = await startTwilioSdk("observed");
  await sdk.trunking.v1.trunks.create({ friendlyName: "number one & co" }).finally(close);
  const [theirs] = sandbox.seen.map(requestOf);
  const differing = Object.keys(differences).filter((name) => ours?.headers[name] !== theirs?.headers[name]);
  expect(new Set([...differing, "content-length", "traceparent", "connection"])).toEqual(new Set(Object.keys(differences)));
});
