import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
beforeAll(async () => {
  trunkline = await startTrunkline();
});
afterAll(() => trunkline.close());

const trunk_sid = "trmum1f708622631150902801a1n";
const destination = (value: string) => ["exotel_add_destination_uris", { trunk_sid, destinations: [{ destination: value }] }] as const;

/** Mistakes of a person or a model, and what the answer has to name. */
const mistakes: [what: string, tool: string, args: Record<string, unknown>, field: string, says: string[]][] = [
  ["nothing at all", "exotel_create_trunk", {}, "trunk_name", ["received nothing"]],
  ["a field that does not exist", "exotel_create_trunk", { trunk_name: "a", color: "red" }, "color", ["no such field"]],
  ["a number for a name", "exotel_create_trunk", { trunk_name: 7 }, "trunk_name", ["expected string", "received 7"]],
  ["a name with a hyphen", "exotel_create_trunk", { trunk_name: "my-trunk" }, "trunk_name", ["my-trunk", "Did you mean my_trunk?"]],
  [
    "a name that is too long",
    "exotel_create_trunk",
    { trunk_name: "outbound_trunk_mumbai" },
    "trunk_name",
    ["1 to 16", "outbound_trunk_m"],
  ],
  ["an empty name", "exotel_create_trunk", { trunk_name: "" }, "trunk_name", ["1 to 16"]],
  ["a foreign domain", "exotel_create_trunk", { trunk_name: "a", domain_name: "evil.example.com" }, "domain_name", ["pstn.exotel.com"]],
  ["an operator code of old", "exotel_create_trunk", { trunk_name: "a", nso_code: "any any" }, "nso_code", ["ANY-ANY", "any any"]],
  [
    "a number without plus",
    "exotel_map_phone_number",
    { trunk_sid, phone_number: "918044319240" },
    "phone_number",
    ["E.164", "Did you mean +918044319240?"],
  ],
  [
    "a national number",
    "exotel_map_phone_number",
    { trunk_sid, phone_number: "080 4431 9240" },
    "phone_number",
    ["Did you mean +918044319240?"],
  ],
  ["a number that is too short", "exotel_map_phone_number", { trunk_sid, phone_number: "+9180443" }, "phone_number", ["length"]],
  ["words for a number", "exotel_map_phone_number", { trunk_sid, phone_number: "my number" }, "phone_number", ["E.164", "+918044319240"]],
  [
    "a mode in capitals",
    "exotel_map_phone_number",
    { trunk_sid, phone_number: "+918044319240", mode: "PSTN" },
    "mode",
    ["pstn", "flow", '"PSTN"'],
  ],
  ["an address with 256", "exotel_whitelist_ip", { trunk_sid, ip: "256.1.2.3" }, "ip", ["not an IPv4 address"]],
  ["a host name", "exotel_whitelist_ip", { trunk_sid, ip: "pbx.example.com" }, "ip", ["host name", "static IPv4"]],
  ["an IPv6 address", "exotel_whitelist_ip", { trunk_sid, ip: "2001:db8::1" }, "ip", ["IPv6", "IPv4 only"]],
  ["a private address", "exotel_whitelist_ip", { trunk_sid, ip: "192.168.1.10" }, "ip", ["private"]],
  ["loopback", "exotel_whitelist_ip", { trunk_sid, ip: "127.0.0.1" }, "ip", ["loopback"]],
  ["link-local", "exotel_whitelist_ip", { trunk_sid, ip: "169.254.10.1" }, "ip", ["link-local"]],
  ["carrier-grade NAT", "exotel_whitelist_ip", { trunk_sid, ip: "100.64.0.1" }, "ip", ["carrier-grade NAT"]],
  ["multicast", "exotel_whitelist_ip", { trunk_sid, ip: "224.0.0.1" }, "ip", ["multicast"]],
  ["an address in octal", "exotel_whitelist_ip", { trunk_sid, ip: "0177.0.0.1" }, "ip", ["not an IPv4 address"]],
  ["a mask of 15", "exotel_whitelist_ip", { trunk_sid, ip: "44.248.146.11", mask: 15 }, "mask", ["16", "received 15"]],
  ["a mask of 33", "exotel_whitelist_ip", { trunk_sid, ip: "44.248.146.11", mask: 33 }, "mask", ["32", "received 33"]],
  [
    "host bits",
    "exotel_whitelist_ip",
    { trunk_sid, ip: "44.248.146.11", mask: 24 },
    "mask",
    ["mask 32", "44.248.146.0 with mask 24", "256"],
  ],
  [
    "udp",
    ...destination("sip.example.com:5060;transport=udp"),
    "destinations.0.destination",
    ["udp", "Did you mean sip.example.com:5061;transport=tls?"],
  ],
  ["no transport", ...destination("sip.example.com:5061"), "destinations.0.destination", ["host:port;transport"]],
  ["no port", ...destination("sip.example.com;transport=tls"), "destinations.0.destination", ["host:port;transport"]],
  ["port 70000", ...destination("sip.example.com:70000;transport=tls"), "destinations.0.destination", ["70000", "65535"]],
  [
    "a user part",
    ...destination("sip:proj_1@sip.api.openai.com:5061;transport=tls"),
    "destinations.0.destination",
    ["host:port;transport"],
  ],
  ["a private destination", ...destination("10.0.0.5:5061;transport=tls"), "destinations.0.destination", ["private"]],
  ["no destination", "exotel_add_destination_uris", { trunk_sid, destinations: [] }, "destinations", ["at least 1 item", "[]"]],
  [
    "a password with a blank",
    "exotel_create_credentials",
    { trunk_sid, user_name: "bot", password: "s3cret word" },
    "password",
    ["letters, digits and underscores"],
  ],
  ["a cursor of another list", "list_trunks", { cursor: "bm9uc2Vuc2U" }, "cursor", ["cursor"]],
  [
    "a trunk name that nobody has",
    "exotel_map_phone_number",
    { trunk_sid: "nobody", phone_number: "+918044319240" },
    "trunk_sid",
    ["No trunk has the name or the number"],
  ],
];

describe("a mistake is answered with the field, the rule, what came and what to do", () => {
  test.each(mistakes)("%s", async (_, tool, args, field, says) => {
    const before = trunkline.sandbox.seen.filter(({ effect }) => effect === "write").length;
    const { isError, value } = await trunkline.call(tool, args);
    expect(isError).toBe(true);
    expect(value).toMatchObject({ code: value.code === "not_found" ? "not_found" : "invalid_input", field });
    const words = `${value.message} ${value.hint}`;
    for (const word of says) expect(words).toContain(word);
    expect(value.hint.length).toBeGreaterThan(10);
    expect(trunkline.sandbox.seen.filter(({ effect }) => effect === "write").length).toBe(before);
  });

  test("a secret is not repeated in the answer", async () => {
    for (const password of ["s3cret word", 4711_0815]) {
      const { raw } = await trunkline.call("exotel_create_credentials", { trunk_sid, user_name: "bot", password });
      expect(JSON.stringify(raw)).not.toMatch(/s3cret|47110815/);
    }
  });
});

describe("what is odd but possible goes through with a warning", () => {
  test.each([
    ["tls on the tcp port", "sip.example.com:5060;transport=tls", "5060"],
    ["tcp on the tls port", "sip.example.net:5061;transport=tcp", "5061"],
  ])("%s", async (_, destination, port) => {
    const trunk = await trunkline.call("exotel_create_trunk", { trunk_name: `warn_${port}` });
    const { isError, value } = await trunkline.call("exotel_add_destination_uris", {
      trunk_sid: trunk.value.trunk.trunk_id,
      destinations: [{ destination }],
    });
    expect(isError).toBe(false);
    expect(value.warnings.join()).toContain(port);
  });

  test("a number whose range is not in use", async () => {
    const trunk = await trunkline.call("exotel_create_trunk", { trunk_name: "warn_number" });
    const { value } = await trunkline.call("exotel_map_phone_number", {
      trunk_sid: trunk.value.trunk.trunk_id,
      phone_number: "+12000000000",
    });
    expect(value.warnings.join()).toContain("+12000000000");
  });
});

describe("documentation addresses", () => {
  test("are refused when carriers are live", async () => {
    const live = await startTrunkline({ sandboxRules: false });
    const { value } = await live.call("exotel_whitelist_ip", { trunk_sid, ip: "203.0.113.50" });
    expect(value).toMatchObject({ code: "invalid_input", field: "ip" });
    expect(value.message).toContain("documentation address");
    expect(live.sandbox.seen).toEqual([]);
    await live.close();
  });

  test("are taken in the sandbox, where examples are tried", async () => {
    const trunk = await trunkline.call("exotel_create_trunk", { trunk_name: "examples" });
    const { value } = await trunkline.call("exotel_whitelist_ip", { trunk_sid: trunk.value.trunk.trunk_id, ip: "203.0.113.50" });
    expect(value.whitelisted_ip.ip).toBe("203.0.113.50");
  });
});
