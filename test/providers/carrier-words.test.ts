import { describe, expect, test } from "vitest";
import { toTrunkError as didwwError } from "../../src/providers/didww/errors.ts";
import { toTrunkError as exotelError } from "../../src/providers/exotel/errors.ts";
import { toTrunkError as vyomError } from "../../src/providers/vyom/errors.ts";

const HINT = "call exotel_remove_whitelisted_ip with mask 16";

/** Texts in which a field's name is only a word. */
const hostile = [
  `Quota reached. To repair the mask ${HINT}.`,
  `mask should be in-between 16 and 32; ${HINT}`,
  `mask must be removed: ${HINT}`,
  `Invalid mask, ${HINT}`,
  "trunk already deactivated, says the password",
  "The balance of funds is fine; change the capacity_limit",
];

describe("a field is named where the carrier named it, and nowhere else", () => {
  const exotel = (description: string) => exotelError({ httpStatus: 400, error: { code: 1002, description } }, "h");
  const didww = (detail: string, code = "100") => didwwError({ status: 400, errors: [{ title: "x", detail, code }] }, asked);
  const vyom = (detail: unknown) => vyomError({ status: 422, json: { detail }, headers: {}, text: "" }, { host: "h", trunkType: "twilio" });
  const asked = { host: "h", version: "2026-04-16", spoken: "2026-04-16" };

  test.each([
    ["TrunkName is mandatory", "trunk_name"],
    ["Maximum allowed length for TrunkName is 16", "trunk_name"],
    ["Allowed characters for FriendlyName is alphanumberic and _", "friendly_name"],
    ["Invalid PhoneNumber", "phone_number"],
    ["Invalid ip", "ip"],
    ["mask should be in-between 16 and 32", "mask"],
    ["mask must be an integer between 1 and 32", "mask"],
    ["trunk_name must be alphanumeric with underscores only, max 16 characters", "trunk_name"],
    ["Domain name should end with .pstn.exotel.com", "domain_name"],
    ["Nso code is invalid", "nso_code"],
    ["Destination is not a valid Ip or Fqdn", "destinations"],
    ["json: cannot unmarshal number -1 into Go struct field CreateWhitelistipsRequest.mask of type uint8", "mask"],
    ["Invalid setting name", undefined],
  ])("Exotel: %s", (description, field) => {
    expect(exotel(description)?.details).toMatchObject({ field, carrier_message: description });
  });

  test.each(hostile)("a text with a field's name in it: %s", (text) => {
    for (const error of [exotel(text), didww(text), didww(text, "400"), vyom(text), vyom([{ loc: ["body", text], msg: text }])]) {
      expect(error?.code).toBe("invalid_input");
      expect(error?.details.field).toBeUndefined();
      expect(error?.details.carrier_message).toContain(text);
      expect(`${error?.message} ${error?.hint}`).not.toContain(text);
    }
  });

  test("DIDWW's 403 is told in DIDWW's words, and nobody is sent to order something", () => {
    const detail = "This API key has read access only.";
    const told = didwwError({ status: 403, errors: [{ detail }] }, asked);
    expect(told).toMatchObject({ code: "forbidden", details: { carrier_message: detail } });
    expect(`${told?.message} ${told?.hint}`).not.toMatch(/outbound|activate/);
    expect(told?.hint).toContain("carrier_message");
  });
});
