import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { hasValues, toBody } from "../../src/providers/didww/body.ts";
import { toTrunkError } from "../../src/providers/didww/errors.ts";
import { errorsDocumentSchema, regeneratedSchema, trunkDocumentSchema, trunkListSchema } from "../../src/providers/didww/json.ts";
import { toCredential, toDetail } from "../../src/providers/didww/view.ts";
import { isBroad, isCovered, toCidr, toRange } from "../../src/rules/range.ts";
import { didwwDocuments, needsDocuments } from "../support/didww-openapi.ts";
import { runs } from "../support/runs.ts";

interface Interaction {
  request: { method: string; uri: string };
  response: { body: { string: string }; status: { code: number } };
}

describe("exchanges recorded by the carrier's SDK", needsDocuments, () => {
  const recorded = ["voice_out_trunks", "voice_out_trunk_regenerate_credentials"].flatMap((folder) =>
    needsDocuments.skip ? [] : readdirSync(join(didwwDocuments.recorded, folder)).map((file) => join(folder, file)),
  );
  const answerOf = (file: string) => {
    const { interactions } = parse(readFileSync(join(didwwDocuments.recorded, file), "utf8")) as { interactions: Interaction[] };
    const [{ request, response } = { request: { method: "", uri: "" }, response: { body: { string: "" }, status: { code: 0 } } }] =
      interactions;
    return { request, text: response.body.string };
  };
  const schemaOf = ({ method, uri }: Interaction["request"]) => {
    if (uri.endsWith("regenerate_credentials")) return regeneratedSchema;
    return method === "GET" && uri.endsWith("voice_out_trunks") ? trunkListSchema : trunkDocumentSchema;
  };

  test.each(recorded)("%s is understood", (file) => {
    const { request, text } = answerOf(file);
    if (text === "") expect(request.method).toBe("DELETE");
    else expect(schemaOf(request).safeParse(JSON.parse(text)).error).toBeUndefined();
  });

  test("there were eleven of them", () => {
    expect(recorded.length).toBe(11);
  });

  const found = (file: string) => {
    const { data, included } = trunkDocumentSchema.parse(JSON.parse(answerOf(file).text));
    return { record: data, included: included ?? undefined };
  };

  test("a trunk with a login, addresses and numbers", () => {
    const trunk = found("voice_out_trunks/show.yaml");
    expect(toDetail(trunk, "2026-04-16")).toMatchObject({
      provider: "didww",
      trunk_name: "test",
      status: "blocked",
      auth_type: "credentials_and_ip",
      whitelisted_ips: [{ ip: "203.0.113.1", mask: 32 }],
      phone_numbers: [
        { phone_number_id: "eeda315a-f016-4945-a3a9-bafc24302cdd", phone_number: "+46812111133" },
        { phone_number_id: "7de7f718-4042-4d74-9fe9-863fa1777520", phone_number: "+37061498222" },
      ],
      attributes: { threshold_amount: "200.0", dst_prefixes: ["370"], external_reference_id: "vot-ref-001", spent_amount: "0.0" },
    });
    const credential = toCredential(trunk.record);
    expect([credential?.user_name, credential?.password?.reveal(), credential?.password?.ref]).toEqual([
      "dpjgwbbac9",
      "z0hshvbcy7",
      "didww/425ce763-a3a9-49b4-af5b-ada1a65c8864/sip",
    ]);
    expect(JSON.stringify(toDetail(trunk, "2026-04-16"))).not.toContain("z0hshvbcy7");
  });

  test.each([
    ["show_ip_only", "ip_only", [{ ip: "203.0.113.1", mask: 32 }]],
    ["show_twilio", "twilio", undefined],
  ])("%s has no login", (file, auth_type, whitelisted_ips) => {
    const trunk = found(`voice_out_trunks/${file}.yaml`);
    expect(toDetail(trunk, "2026-04-16")).toMatchObject({ auth_type, ...(whitelisted_ips ? { whitelisted_ips } : {}) });
    expect(toCredential(trunk.record)).toBeUndefined();
  });
});

const asked = { host: "api.didww.com", version: "2026-04-16", spoken: "2026-04-16" };
const refused = (status: number, error?: object, context: Partial<typeof asked> = {}) => {
  const document = errorsDocumentSchema.safeParse({ errors: [error] });
  return toTrunkError({ status, errors: document.data?.errors ?? [] }, { ...asked, ...context });
};
const pointing = (pointer: string, detail = "x") => ({ title: "x", detail, code: "100", source: { pointer }, status: "422" });

describe("refusals", () => {
  test.each([
    ["/data/attributes/name", "name"],
    ["/data/attributes/authentication_method/allowed_sip_ips", "allowed_sip_ips"],
    ["/data/attributes/authentication_method/attributes/tech_prefix", "tech_prefix"],
    ["/data/attributes/allowed_rtp_ips/3", "allowed_rtp_ips"],
    ["/data/relationships/dids", "dids"],
    ["/data/relationships/dids/data/0/id", "dids"],
    ["/data/attributes/something_new", undefined],
  ])("%s speaks about %s", (pointer, field) => {
    expect(refused(422, pointing(pointer))?.details.field).toBe(field);
  });

  test("a refusal without a pointer names its field in the detail, and all errors are passed on", () => {
    const errors = [{ detail: "capacity_limit - is not a number" }, { title: "Other" }];
    expect(toTrunkError({ status: 422, errors }, asked)?.details).toMatchObject({
      field: "capacity_limit",
      carrier_message: "capacity_limit - is not a number; Other",
      applied: false,
    });
  });

  test.each<[string, number, object | undefined, string, RegExp]>([
    ["a wrong key", 401, undefined, "unauthorized", /DIDWW_API_KEY.*DIDWW_ENVIRONMENT/],
    ["no reason", 403, undefined, "forbidden", /does not say why/],
    ["a key that may only read", 403, { detail: "This API key has read access only." }, "forbidden", /carrier_message has its reason/],
    ["no trunk", 404, { code: "404" }, "not_found", /no such trunk/],
    ["a conflict", 409, {}, "conflict", /conflicts/],
    ["a name that is taken", 422, pointing("/data/attributes/name", "name - has already been taken"), "conflict", /already has/],
    ["no money", 400, { title: "Insufficient funds", code: "400" }, "forbidden", /balance/],
    ["a bad request", 400, { title: "Bad Request", code: "400" }, "invalid_input", /refused a value/],
    ["a filter of another version", 400, { detail: "x is not allowed.", code: "102" }, "unsupported", /API version/],
    ["a parameter that is missing", 400, { code: 106 }, "unsupported", /API version/],
    ["another media type", 415, {}, "unsupported", /does not offer/],
  ])("%s is %i", (_, status, error, code, words) => {
    const known = refused(status, error);
    expect(known?.code).toBe(code);
    expect(known?.message).toMatch(words);
    expect(known?.message).toMatch(/Nothing was changed\.$/);
    expect(known?.applied).toBe(false);
  });

  test.each([500, 502, 302])("%i is no refusal that could be read", (status) => {
    expect(refused(status)).toBeUndefined();
  });

  test.each([
    ["2026-04-16", pointing("/data/attributes/allowed_sip_ips"), "2022-05-10 or 2021-12-15"],
    ["2026-04-16", { code: "105", detail: "authentication_method is not allowed." }, "2022-05-10 or 2021-12-15"],
    ["2026-04-16", { code: "105", detail: "external_reference_id is not allowed." }, "2022-05-10 or 2021-12-15"],
    ["2021-12-15", pointing("/data/attributes/authentication_method"), "2026-04-16 or later"],
    ["2021-12-15", { code: "105", detail: "allowed_sip_ips is not allowed." }, "2026-04-16 or later"],
  ])("spoken to in %s, an account that shows the other shape is told apart", (spoken, error, speaks) => {
    const known = refused(422, error, { spoken, version: spoken });
    expect(known?.code).toBe("not_configured");
    expect(known?.message).toBe(
      `This DIDWW account speaks API version ${speaks}, and was spoken to in ${spoken} (DIDWW_API_VERSION is ${spoken}). Nothing was changed.`,
    );
  });
});

const bits = (max: number) => fc.option(fc.integer({ min: 0, max }), { nil: undefined });
// The library takes an IPv4 address after "::" for a mapped one, which it is after "::ffff:" only.
const ipV6 = fc.ipV6().filter((ip) => !ip.includes("."));
const entry = fc.oneof(
  fc.tuple(fc.ipV4(), bits(32)).map(([ip, mask]) => (mask === undefined ? ip : `${ip}/${mask}`)),
  fc.tuple(ipV6, bits(128)).map(([ip, mask]) => (mask === undefined ? ip : `${ip}/${mask}`)),
);

describe("addresses", () => {
  test("every entry becomes the network that an independent library makes of it, once and for all", () => {
    const network = (value: string) => {
      const cidr = value.includes("/") ? value : `${value}/${ipaddr.parse(value).kind() === "ipv4" ? 32 : 128}`;
      const [address, mask] = ipaddr.parseCIDR(cidr);
      const kind = address.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
      return `${kind.networkAddressFromCIDR(cidr).toNormalizedString()}/${mask}`;
    };
    fc.assert(
      fc.property(entry, (value) => {
        const cidr = toCidr(value);
        expect(network(cidr)).toBe(network(value));
        expect(toCidr(cidr)).toBe(cidr);
        expect(isCovered(value, [cidr])).toBe(true);
      }),
      { numRuns: runs() },
    );
  });

  test("what is no address is shown as it is", () => {
    expect(toRange("any.example/8")).toEqual({ ip: "any.example/8", mask: 0 });
    expect(toCidr("203.0.113.1/99")).toBe("203.0.113.1/99");
    expect(isCovered("203.0.113.1", ["any.example/8"])).toBe(false);
  });

  test.each([
    ["203.0.113.0/28", false],
    ["203.0.113.0/27", true],
    ["0.0.0.0/0", true],
    ["203.0.113.1", false],
    ["2001:db8::/64", false],
    ["2001:db8::/63", true],
  ])("%s is broad: %s", (value, broad) => {
    expect(isBroad(value)).toBe(broad);
  });

  test.each([
    ["203.0.113.0/25", ["203.0.113.0/24"], true],
    ["203.0.113.0/23", ["203.0.113.0/24"], false],
    ["203.0.114.0/25", ["198.51.100.0/24", "203.0.113.0/24"], false],
    ["2001:db8::/63", ["0.0.0.0/0"], false],
  ])("%s within %j: %s", (value, list, covered) => {
    expect(isCovered(value, list)).toBe(covered);
  });
});

describe("bodies", () => {
  const record = trunkDocumentSchema.parse({
    data: {
      id: "1",
      attributes: {
        name: "one",
        threshold_amount: "9999.0",
        allowed_rtp_ips: null,
        dst_prefixes: ["23", "45"],
        authentication_method: {
          type: "credentials_and_ip",
          attributes: { allowed_sip_ips: ["192.0.2.1/32", "2001:db8::1/128"], tech_prefix: "9" },
        },
      },
      relationships: { dids: { data: [{ id: "b" }, { id: "a" }] } },
    },
  }).data;

  test.each([
    [
      "notation, order and the kind of nothing",
      { allowed_sip_ips: ["2001:DB8:0::1", "192.0.2.1"], threshold_amount: "9999", allowed_rtp_ips: [], callback_url: "" },
      true,
    ],
    ["lists in another order", { dst_prefixes: ["45", "23"], dids: ["a", "b"] }, true],
    ["another name", { name: "two" }, false],
    ["an amount that is another one", { threshold_amount: "9999.1" }, false],
    ["an address that is missing", { allowed_sip_ips: ["192.0.2.1"] }, false],
    ["a DID that is missing", { dids: ["a"] }, false],
    ["nothing where something is", { threshold_amount: "" }, false],
  ])("%s: equal %s", (_, input, equal) => {
    expect(hasValues(record, input)).toBe(equal);
  });

  test("what the caller leaves alone of the login is sent along, since the method is replaced whole", () => {
    expect(toBody({ allowed_sip_ips: ["192.0.2.7"] }, "2026-04-16", record)).toMatchObject({
      attributes: {
        authentication_method: { type: "credentials_and_ip", attributes: { allowed_sip_ips: ["192.0.2.7"], tech_prefix: "9" } },
      },
    });
    expect(toBody({ tech_prefix: "" }, "2026-04-16", record)).toMatchObject({
      attributes: { authentication_method: { attributes: { allowed_sip_ips: ["192.0.2.1/32", "2001:db8::1/128"], tech_prefix: "" } } },
    });
    expect(toBody({ name: "two" }, "2026-04-16", record)).toEqual({ attributes: { name: "two" }, relationships: undefined });
  });

  test("what is emptied is sent as null, but for lists of prefixes and DIDs", () => {
    const input = { allowed_rtp_ips: [], threshold_amount: "", callback_url: "", external_reference_id: "", dst_prefixes: [], dids: [] };
    expect(toBody(input, "2022-05-10")).toEqual({
      attributes: { allowed_rtp_ips: null, threshold_amount: null, callback_url: null, external_reference_id: null, dst_prefixes: [] },
      relationships: { dids: { data: [] } },
    });
  });
});
