import type { JWTPayload } from "jose";
import { describe, expect, test } from "vitest";
import { isStillIn, tenantOf } from "../../src/auth/tenant-of.ts";
import type { Issuer } from "../../src/auth/tenants-schema.ts";

const url = "https://login.example.com";
const picking: Issuer = { issuer: url, tenant_claim: "org", forms: false };
const plain: Issuer = { issuer: url, forms: false };
const tenants = [
  { id: "first", principals: [`${url}|*`] },
  { id: "second", principals: [`${url}|*`] },
  { id: "third", principals: [`${url}|carol`, `${url}|team|*`] },
];

describe("the tenant of a principal", () => {
  test.each<[string, Issuer, JWTPayload, string | undefined]>([
    ["alice", picking, { org: "second" }, "second"],
    ["alice", picking, {}, undefined],
    // A claim leads to no tenant that lists the principal's issuer otherwise.
    ["alice", picking, { org: "third" }, undefined],
    ["alice", plain, {}, "first"],
    ["carol", picking, { org: "first" }, "third"],
    // Some issuers let a person choose their subject.
    ["*", picking, { org: "second" }, "second"],
    ["*", picking, {}, undefined],
    ["*", picking, { org: "third" }, undefined],
    ["*", plain, {}, "first"],
    ["team|*", picking, { org: "second" }, "second"],
    ["team|*", picking, {}, undefined],
  ])("whose subject is %s", (subject, issuer, claims, expected) => {
    expect(tenantOf(`${url}|${subject}`, issuer, claims, tenants)).toBe(expected);
  });

  test("a person whose subject is a star is in where the wildcard lets everybody in, and nowhere else", () => {
    const setups = tenants.map((tenant) => ({ ...tenant, configuration: undefined as never, fingerprint: "", secret: () => undefined }));
    const file = { issuers: [picking], tokens: [], metricsSha256: undefined, tenants: setups };
    expect(setups.map(({ id }) => isStillIn(file, id, `${url}|*`))).toEqual([true, true, false]);
    expect(isStillIn(file, "third", `${url}|team|*`)).toBe(false);
  });
});
