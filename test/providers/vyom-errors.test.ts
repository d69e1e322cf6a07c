import { expect, test } from "vitest";
import { TrunkError } from "../../src/core/errors.ts";
import { dataOf } from "../../src/providers/vyom/api.ts";
import { trunkIdSchema } from "../../src/providers/vyom/json.ts";

const read = (status: number, json: unknown, secret?: string) => {
  try {
    return dataOf({ status, json, headers: {}, text: "" }, trunkIdSchema, { host: "vyom.example", trunkType: "twilio", secret });
  } catch (error) {
    return error;
  }
};
const ours = (message: string, errors?: object[]) => ({ success: false, message, data: errors ? { errors } : {} });

test.each<[what: string, status: number, json: unknown, expected: object]>([
  ["the documents' detail", 404, { detail: "Trunk not found" }, { code: "not_found", carrier_message: "Trunk not found" }],
  ["the service's message", 404, ours("Trunk not found"), { code: "not_found", carrier_message: "Trunk not found" }],
  ["the framework's missing path", 404, { detail: "Not Found" }, { code: "not_configured" }],
  ["the framework's wrong method", 405, { detail: "Method Not Allowed" }, { code: "unsupported" }],
  ["a deactivated trunk, documented", 400, { detail: "Trunk is already deactivated" }, { code: "conflict" }],
  ["a deactivated trunk, observed", 400, ours("Trunk is already deactivated"), { code: "conflict" }],
  ["a missing key in older releases", 403, { detail: "Not authenticated" }, { code: "forbidden" }],
  ["no data", 401, { success: false, message: "Invalid or inactive API key", data: null }, { code: "unauthorized" }],
  [
    "the framework's own list of faults",
    422,
    { detail: [{ loc: ["body", "trunk_name"], msg: "Field required", input: {} }] },
    { code: "invalid_input", field: "trunk_name", carrier_message: "trunk_name: Field required" },
  ],
  [
    "faults as either type",
    422,
    ours("Validation Error: …", [
      { loc: ["body", "trunk_config", "ExotelTrunkConfig", "exotel_number"], msg: "Field required" },
      { loc: ["body", "trunk_config", "TwilioTrunkConfig", "numbers", 0], msg: "Input should be a valid string" },
    ]),
    { field: "trunk_config.numbers.0", carrier_message: "trunk_config.numbers.0: Input should be a valid string" },
  ],
])("%s is read", (_, status, json, { code, ...details }: { code?: string }) => {
  const error = read(status, json) as TrunkError;
  expect(error).toBeInstanceOf(TrunkError);
  expect(error).toMatchObject({ ...(code ? { code } : {}), details: { ...details, status, applied: false } });
  expect(error.message).toMatch(/Nothing was changed\.$/);
});

test.each<[what: string, status: number, json: unknown]>([
  ["a success that says failure", 200, ours("Failed")],
  ["a success that does not say so", 200, { data: { trunk_id: "ST_1" } }],
  ["a success without an id", 200, { success: true, message: "", data: {} }],
  ["a server error", 500, ours("Internal Server Error: boom")],
  ["a page of HTML", 404, undefined],
  ["a list", 400, []],
])("%s is not taken for an answer, so that a write is read back", (_, status, json) => {
  const error = read(status, json);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(TrunkError);
});

test.each(["pa$$word", 'pa"ss\\word'])("a password that the carrier repeats is taken out: %s", (secret) => {
  for (const words of [`bad login ${secret}`, `bad body ${JSON.stringify({ password: secret })}`]) {
    const error = read(400, { detail: words }, secret) as TrunkError;
    expect(error.details.carrier_message).toContain("[secret]");
    expect(error.details.carrier_message).not.toContain(secret);
  }
});
