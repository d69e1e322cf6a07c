import { expect, test } from "vitest";
import { toTrunkError } from "../../src/providers/telnyx/errors.ts";

const HOST = "api.telnyx.com";
const refused = (status: number, code?: string, pointer?: string) => {
  const error = { code, title: "Title", detail: "Its own words", source: pointer === undefined ? null : { pointer } };
  return toTrunkError({ status, errors: code === undefined ? [] : [error] }, HOST);
};

test.each([
  ["a wrong key", 401, "10009", "unauthorized", "TELNYX_API_KEY"],
  ["a key that was revoked", 403, "20002", "unauthorized", "TELNYX_API_KEY"],
  ["a missing permission", 403, "10010", "forbidden", "TELNYX_API_KEY lacks the permission"],
  ["a trial account without the feature", 403, "10038", "forbidden", "TELNYX_API_KEY does not have this feature"],
  ["a trial account that has one already", 403, "10039", "forbidden", "TELNYX_API_KEY has no more of this"],
  ["an account without funds", 403, "20012", "forbidden", "TELNYX_API_KEY is inactive"],
  ["an account of too low a level", 403, "20016", "forbidden", "TELNYX_API_KEY is not verified"],
  ["no more money", 402, "20100", "forbidden", "TELNYX_API_KEY does not cover"],
  ["something in use", 422, "10021", "conflict", "still in use"],
  ["something that is there", 409, "10012", "conflict", "has this already"],
  ["a profile that does not exist", 422, "10017", "invalid_input", "does not exist"],
])("%s is one sentence that says what to look at", (_, status, carrierCode, code, words) => {
  const error = refused(status, carrierCode);
  expect(error).toMatchObject({ code, applied: false });
  expect(error?.message).toContain(words);
  expect(error?.message).toMatch(/^[A-Z][^!]*\. Nothing was changed\.$/);
  expect(error?.message).not.toContain("Its own words");
});

test("the host stands in the sentence of a wrong key: one serves every region", () => {
  expect(refused(401)?.message).toContain(HOST);
  expect(refused(401)?.hint).toContain("TELNYX_BASE_URL");
});

test("a code with two meanings is read by its status, and one of another status is not believed", () => {
  expect(refused(422, "10011")).toMatchObject({ code: "invalid_input" });
  expect(refused(404, "10012")).toMatchObject({ code: "not_found" });
  expect(refused(500, "10007")).toBeUndefined();
});

test("a code that is no code is not repeated: it may hold what was sent", () => {
  expect(refused(422, "bad request: password Sesame1")?.details.carrier_code).toBeUndefined();
});

test("bad input names our own field, and no other", () => {
  const fieldOf = (pointer: string) => refused(422, "10015", pointer)?.details.field;
  expect(fieldOf("/inbound/dnis_number_format")).toBe("inbound.dnis_number_format");
  expect(fieldOf("/connection_name")).toBe("connection_name");
  expect(fieldOf("/delete everything")).toBeUndefined();
});
