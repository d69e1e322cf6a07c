import { describe, expect, test } from "vitest";
import { livekitEmulator } from "../../src/providers/livekit/emulator.ts";
import { SANDBOX_KEY, SANDBOX_SECRET } from "../../src/providers/livekit/sandbox-key.ts";
import { mintToken } from "../../src/providers/livekit/token.ts";
import { askingEmulator, livekitDocuments, needsDocuments, readDocument } from "../support/livekit.ts";

const number = "+33144556677";
const inbound = (more: object = {}) => ({ trunk: { name: "in", numbers: [number], ...more } });
const rule = (more: object = {}) => ({
  dispatch_rule: { name: "r", rule: { dispatch_rule_individual: { room_prefix: "call" } }, ...more },
});

/** Calls that LiveKit refuses; `before` are those that it takes. */
const refusals: [name: string, before: [string, object][], method: string, body: object | string, message: string][] = [
  ["no JSON", [], "CreateSIPInboundTrunk", "{", "the json request could not be decoded"],
  ["a value of another type", [], "CreateSIPInboundTrunk", inbound({ numbers: "1" }), "the json request could not be decoded"],
  ["a flat body", [], "CreateSIPOutboundTrunk", { name: "x" }, "missing trunk"],
  ["an id of one's own", [], "CreateSIPInboundTrunk", inbound({ sip_trunk_id: "ST_x" }), "trunk id must not be set"],
  [
    "nothing that limits it",
    [],
    "CreateSIPInboundTrunk",
    inbound({ numbers: [] }),
    "for security, one of the fields must be set: AuthUsername+AuthPassword, AllowedAddresses or Numbers",
  ],
  [
    "a number that another trunk has",
    [["CreateSIPInboundTrunk", inbound()]],
    "CreateSIPInboundTrunk",
    inbound({ numbers: ["33 144-556677"] }),
    "without AllowedNumbers set",
  ],
  [
    "a caller that another trunk has",
    [["CreateSIPInboundTrunk", inbound({ allowed_numbers: ["+1"] })]],
    "CreateSIPInboundTrunk",
    inbound({ allowed_numbers: ["+1", "+2"] }),
    'and AllowedNumber "+1"',
  ],
  ["no numbers", [], "CreateSIPOutboundTrunk", { trunk: { address: "a.example" } }, "no trunk numbers specified"],
  ["no address", [], "CreateSIPOutboundTrunk", { trunk: { numbers: ["*"] } }, "no outbound address specified"],
  [
    "a URI",
    [],
    "CreateSIPOutboundTrunk",
    { trunk: { numbers: ["*"], address: "sip:a.example" } },
    "trunk address should be a hostname or IP, not SIP URI",
  ],
  [
    "a transport in the address",
    [],
    "CreateSIPOutboundTrunk",
    { trunk: { numbers: ["*"], address: "a.example;transport=tls" } },
    "trunk address should not contain transport parameter",
  ],
  [
    "a URI in from_host",
    [],
    "CreateSIPOutboundTrunk",
    { trunk: { numbers: ["*"], address: "a.example", from_host: "a@b" } },
    "from_host should be a hostname or IP, not SIP URI",
  ],
  ["no rule", [], "CreateSIPDispatchRule", { dispatch_rule: { name: "x" } }, "missing rule"],
  ["the same calls twice", [["CreateSIPDispatchRule", rule()]], "CreateSIPDispatchRule", rule(), "already exists in dispatch rule"],
  ["an unknown trunk", [], "GetSIPInboundTrunk", { sip_trunk_id: "ST_x" }, "requested sip trunk does not exist"],
  ["an unknown rule", [], "DeleteSIPDispatchRule", { sip_dispatch_rule_id: "SDR_x" }, "requested sip dispatch rule does not exist"],
];

describe.each(livekitEmulator.dialects)("the emulator, %s", (dialect) => {
  test.each(refusals)("refuses %s", (_, before, method, body, message) => {
    const ask = askingEmulator(dialect);
    for (const [earlier, given] of before) expect(ask(earlier, given).status).toBe(200);
    const answer = ask(method, body);
    expect([400, 404]).toContain(answer.status);
    expect(answer.body.msg).toContain(message);
  });

  test("opens to a token with the grant only", () => {
    const ask = (authorization: string) => askingEmulator(dialect)("ListSIPInboundTrunk", {}, { authorization });
    expect(ask("Basic x")).toMatchObject({ status: 401, text: "invalid authorization header. Must start with Bearer " });
    expect(ask("Bearer x.y.z")).toMatchObject({ status: 401, text: expect.stringMatching(/^invalid authorization token/) });
    expect(ask(`Bearer ${mintToken("APIother", SANDBOX_SECRET)}`)).toMatchObject({ status: 401, text: "invalid API key" });
    expect(ask(`Bearer ${mintToken(SANDBOX_KEY, "another")}`)).toMatchObject({
      status: 401,
      text: expect.stringContaining("signature is invalid"),
    });
    expect(ask(`Bearer ${mintToken(SANDBOX_KEY, SANDBOX_SECRET, Date.now() - 200_000)}`).text).toContain("expired");
    expect(ask(`Bearer ${mintToken(SANDBOX_KEY, SANDBOX_SECRET, Date.now() + 200_000)}`).text).toContain("not valid yet");
    expect(ask(`Bearer ${mintToken(SANDBOX_KEY, SANDBOX_SECRET)}`).status).toBe(200);
  });

  test("answers anything but POST, and any other method, with bad_route", () => {
    const ask = askingEmulator(dialect);
    expect(ask("ListSIPInboundTrunk", {}, { verb: "GET" })).toMatchObject({ status: 404, body: { code: "bad_route" } });
    expect(ask("CreateSIPParticipant", {})).toMatchObject({ status: 404, body: { code: "bad_route" } });
  });

  test("normalises numbers in a list of inbound trunks, and compares those of outbound ones as they stand", () => {
    const ask = askingEmulator(dialect);
    ask("CreateSIPInboundTrunk", inbound());
    ask("CreateSIPInboundTrunk", { trunk: { name: "all", auth_username: "u", auth_password: "p" } });
    ask("CreateSIPOutboundTrunk", { trunk: { address: "a.example", numbers: [number] } });
    const names = (method: string, numbers: string[]) => ask(method, { numbers }).body.items.map(({ name }: { name: string }) => name);
    expect(names("ListSIPInboundTrunk", ["33144556677"]).sort()).toEqual(["all", "in"]);
    expect(names("ListSIPInboundTrunk", ["+37061498222"])).toEqual(["all"]);
    expect(names("ListSIPOutboundTrunk", ["33144556677"])).toEqual([]);
  });

  test("changes lists by set, add, remove and clear, and leaves what an update does not name", () => {
    const ask = askingEmulator(dialect);
    const { sip_trunk_id } = ask("CreateSIPInboundTrunk", inbound({ auth_username: "u", auth_password: "p" })).body;
    const update = (numbers: object) => ask("UpdateSIPInboundTrunk", { sip_trunk_id, update: { numbers } });
    expect(update({ add: ["+33144556678"], remove: [number] }).body).toMatchObject({ numbers: ["+33144556678"], auth_password: "p" });
    expect(update({ set: [number] }).body.numbers).toEqual([number]);
    expect(update({ clear: true }).body.numbers).toEqual([]);
    for (const wrong of [{}, { set: [number], add: [number] }, { set: [""] }])
      expect(update(wrong).body.msg).toBe("unsupported list update operation");
    expect(update({ clear: true, set: [number] }).body.msg).toBe("cannot clear and change the list at the same time");
    expect(ask("UpdateSIPInboundTrunk", { sip_trunk_id }).body.msg).toBe("missing or unsupported update action");
    expect(ask("UpdateSIPInboundTrunk", { sip_trunk_id, replace: { numbers: [number] } }).body).toMatchObject({
      name: "",
      auth_password: "",
    });
  });

  test("keeps its account", () => {
    const emulator = livekitEmulator.create({ dialect });
    livekitEmulator.seed?.(emulator);
    const other = livekitEmulator.create({ dialect });
    other.load(emulator.save());
    const items = (one: typeof emulator) => askingEmulator(dialect, one)("ListSIPInboundTrunk", {}).body.items;
    expect(items(other)).toEqual(items(emulator));
    expect(items(other)).toHaveLength(2);
  });
});

test("the two dialects differ in what is known of the Cloud, or inferred", () => {
  const oss = askingEmulator("oss");
  const cloud = askingEmulator("cloud");
  for (const ask of [oss, cloud]) for (const last of [1, 2, 3]) ask("CreateSIPInboundTrunk", inbound({ numbers: [`+3314455667${last}`] }));
  const list = (ask: typeof oss) => ask("ListSIPInboundTrunk", { page: { limit: 2 } }).body.items;
  expect([list(oss).length, list(cloud).length]).toEqual([3, 2]);
  expect([list(oss)[0].created_at, typeof list(cloud)[0].created_at]).toEqual([null, "string"]);
  const remove = (ask: typeof oss) => ask("DeleteSIPTrunk", { sip_trunk_id: "ST_x" }).status;
  expect([remove(oss), remove(cloud)]).toEqual([200, 404]);
  const empty = (ask: typeof oss) => {
    const { sip_trunk_id } = ask("CreateSIPOutboundTrunk", { trunk: { address: "a.example", numbers: ["*"] } }).body;
    return ask("UpdateSIPOutboundTrunk", { sip_trunk_id, update: { numbers: { clear: true } } }).status;
  };
  expect([empty(oss), empty(cloud)]).toEqual([500, 400]);
});

test("a dialect that is not known is refused by name", () => {
  expect(() => livekitEmulator.create({ dialect: "observed" })).toThrow('no dialect "observed". It has: oss, cloud.');
});

test("every refusal of its methods in LiveKit's table is one that the emulator gives", needsDocuments, () => {
  const { twirp } = readDocument<{ twirp: { method: string; when: string; msg: string | null; status: number }[] }>(
    livekitDocuments.errors,
  );
  const stem = (text: string) => text.replace(/%q.*$/, "").slice(0, 40);
  const given = refusals.map(([, before, method, body]) => {
    const ask = askingEmulator();
    for (const [earlier, one] of before) ask(earlier, one);
    return String(ask(method, body).body.msg);
  });
  const missing = twirp.filter(({ msg }) => msg !== null && !given.some((one) => one.startsWith(stem(msg))));
  // A token, a route and an update are looked at above; no emulator is without Redis.
  expect(missing.map(({ msg }) => msg)).toEqual([
    ...["permissions denied", "sip not connected (redis required)", "no handler for path %q", "missing or unsupported update action"],
    ...["unsupported list update operation", "cannot clear and change the list at the same time"],
  ]);
});
