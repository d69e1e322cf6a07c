import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  exotelTrunk as exotel,
  PASSWORD,
  type StartedVyom,
  startVyom,
  twilioTrunk as twilio,
  twilioConfig,
  withPassword,
} from "../support/vyom.ts";

let trunkline: StartedVyom;
beforeAll(async () => {
  trunkline = await startVyom({ unlimited: true, sandboxRules: false });
});
afterAll(() => trunkline.close());

/** The name is free again for the next. */
const create = async (args: object) => {
  const answer = await trunkline.create(args);
  if (!answer.isError) await trunkline.deactivateDirectly(answer.value.trunk.trunk_id);
  return answer;
};
const sent = () => JSON.parse(trunkline.sent("POST").at(-1)?.body ?? "null");

type Refused = [what: string, args: object, field: string, words: RegExp];
const withConfig = (change: object) => ({ ...twilio, trunk_config: { ...twilioConfig, ...change } });
const withExotel = (change: object) => ({ ...exotel, trunk_config: { ...exotel.trunk_config, ...change } });

describe("what does not fit is refused before anything is sent, and names its field", () => {
  test.each<Refused>([
    ["no address", withConfig({ address: undefined }), "trunk_config.address", /twilio needs address.*twilio takes/],
    ["no numbers", withConfig({ numbers: undefined }), "trunk_config.numbers", /twilio needs numbers/],
    ["an empty list of numbers", withConfig({ numbers: [] }), "trunk_config.numbers", /twilio needs numbers/],
    ["no username", withConfig({ username: "" }), "trunk_config.username", /twilio needs username/],
    ["no password", withConfig({ password: undefined }), "trunk_config.password", /twilio needs password/],
    ["no exotel_number", withExotel({ exotel_number: undefined }), "trunk_config.exotel_number", /exotel needs exotel_number/],
    ["a blank exotel_number", withExotel({ exotel_number: "  " }), "trunk_config.exotel_number", /exotel needs/],
    ["an empty sip_host", withExotel({ sip_host: "  " }), "trunk_config.sip_host", /sip_host is empty.*Leave it out/],
    ["exotel's field on twilio", withConfig({ sip_port: 5070 }), "trunk_config.sip_port", /does not belong to trunk_type twilio/],
    ["twilio's field on exotel", withExotel({ password: PASSWORD }), "trunk_config.password", /does not belong to trunk_type exotel/],
    ["the other type's configuration", { ...twilio, trunk_type: "exotel" }, "trunk_config.address", /exotel takes exotel_number/],
    ["a type with a capital", { ...twilio, trunk_type: "Twilio" }, "trunk_type", /twilio/],
    ["a field of neither type", withConfig({ transport: "tls" }), "trunk_config.transport", /no such field/],
    ["a configuration as text", { ...twilio, trunk_config: JSON.stringify(twilioConfig) }, "trunk_config", /a value that is not shown/],
    ["a blank name", { ...twilio, trunk_name: "  " }, "trunk_name", /1 character/],
    ["a name of 101 characters", { ...twilio, trunk_name: "n".repeat(101) }, "trunk_name", /100/],
    [
      "a SIP URI",
      withConfig({ address: "sip:example.pstn.twilio.com" }),
      "trunk_config.address",
      /Did you mean example\.pstn\.twilio\.com\?/,
    ],
    [
      "a SIP URI with everything",
      withConfig({ address: "sips:ann@example.pstn.twilio.com:5061;transport=tls" }),
      "trunk_config.address",
      /Did you mean example\.pstn\.twilio\.com\?/,
    ],
    ["a transport", withConfig({ address: "a.example.com;transport=tls" }), "trunk_config.address", /Did you mean a\.example\.com\?/],
    ["an address without a dot", withConfig({ address: "twilio" }), "trunk_config.address", /not a host name/],
    ["port 0", withConfig({ address: "a.example.com:0" }), "trunk_config.address", /not a port/],
    ["a private address", withConfig({ address: "10.0.0.1" }), "trunk_config.address", /private/],
    ["a national number", withConfig({ numbers: ["+14155552671", "4155552671"] }), "trunk_config.numbers.1", /E\.164/],
    ["words for a number", withExotel({ exotel_number: "my number" }), "trunk_config.exotel_number", /E\.164/],
    ["a number of 21 characters", withExotel({ exotel_number: "0".repeat(21) }), "trunk_config.exotel_number", /20/],
    ["a sip_host with a scheme", withExotel({ sip_host: "sip:pstn.in1.exotel.com" }), "trunk_config.sip_host", /Did you mean pstn/],
    ["a sip_domain with a port", withExotel({ sip_domain: "a.example.com:5060" }), "trunk_config.sip_domain", /Did you mean a\./],
    ["sip_port 0", withExotel({ sip_port: 0 }), "trunk_config.sip_port", /at least 1/],
    ["sip_port 65536", withExotel({ sip_port: 65_536 }), "trunk_config.sip_port", /at most 65535/],
    ["a webhook that is no web address", { ...twilio, passthrough_webhook_url: "ftp://a.example.com" }, "passthrough_webhook_url", /URL/],
    [
      "a webhook with a login",
      { ...twilio, passthrough_webhook_url: "https://ann:pw@a.example.com" },
      "passthrough_webhook_url",
      /must not hold a user or password/,
    ],
  ])("%s", async (_, args, field, words) => {
    const before = trunkline.sandbox.seen.length;
    const { value, raw } = await create(args);
    expect(value).toMatchObject({ code: "invalid_input", field, applied: false });
    expect(`${value.message} ${value.hint}`).toMatch(words);
    expect(trunkline.sandbox.seen).toHaveLength(before);
    expect(JSON.stringify(raw)).not.toContain(PASSWORD);
  });
});

describe("what fits is sent as the documents have it", () => {
  test.each<[what: string, args: object, body?: object]>([
    ["a Twilio trunk", twilio],
    ["an Exotel trunk", exotel],
    [
      "an Exotel trunk with every override",
      withExotel({ sip_host: "pstn.in1.exotel.com", sip_port: 5070, sip_domain: "a.pstn.exotel.com" }),
    ],
    ["an Exotel number in the national form", withExotel({ exotel_number: "08044319240" })],
    ["an address with a port", withConfig({ address: "sip.telnyx.com:5061" })],
    ["a passthrough trunk", { ...twilio, passthrough_mode: true, passthrough_webhook_url: "https://example.com/ended" }],
    ["blanks around a name, which the service strips too", { ...twilio, trunk_name: " Production " }, twilio],
  ])("%s", async (_, args, body = args) => {
    const { isError, value } = await create(args);
    expect([isError, value.warnings]).toEqual([false, [expect.stringContaining("what stands here is what was sent")]]);
    expect(sent()).toEqual(withPassword(body));
  });

  test.each<[what: string, args: object, warning: RegExp]>([
    ["an IP address for a Twilio domain", withConfig({ address: "54.172.60.1" }), /Twilio drops calls/],
    [
      "a webhook without passthrough",
      { ...twilio, passthrough_webhook_url: "https://example.com" },
      /only by a trunk with passthrough_mode/,
    ],
    ["a webhook over http", { ...twilio, passthrough_mode: true, passthrough_webhook_url: "http://example.com" }, /not https/],
    ["a number in no range that is used", withConfig({ numbers: ["+15550100000"] }), /no range in use/],
  ])("%s is sent, with a warning", async (_, args, warning) => {
    const { isError, value } = await create(args);
    expect(isError).toBe(false);
    expect(value.warnings.join()).toMatch(warning);
    expect(sent()).toEqual(withPassword(args));
  });
});
