import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseTenantsFile } from "../../src/auth/tenants-file.ts";
import { providers } from "../../src/providers/index.ts";
import { sha256 } from "../support/hosted.ts";

const environment = {
  ...{ ACME_EXOTEL_KEY: "k", ACME_EXOTEL_TOKEN: "t", ACME_SIP_PASSWORD: "p", TRUNKLINE_CLIENT_SECRET: "s" },
};
const readFile = (path: string) => `content of ${path}`;
const parse = (content: unknown) => parseTenantsFile(JSON.stringify(content), { environment, providers, readFile });

const issuer = "https://login.example.com";
const hash = (digit: string) => digit.repeat(64);
const tenants = { acme: { sandbox: true } };

describe("a tenants file", () => {
  test("as docs/hosting.md writes it is understood", () => {
    const page = readFileSync(join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "docs", "hosting.md"), "utf8");
    const [, example = ""] = /```json tenants\.json\n(.*?)```/s.exec(page) ?? [];
    const context = { environment, providers, readFile };
    // An operator who pastes it lets nobody in.
    expect(() => parseTenantsFile(example, context)).toThrow("expected the SHA-256 of the token, 64 hex digits");
    const filled = example.replace("SHA256_OF_THE_TOKEN", hash("a")).replace("SHA256_OF_THE_PASSPHRASE", hash("b"));
    const file = parseTenantsFile(filled, context);
    expect(file.tenants.map(({ id }) => id)).toEqual(["acme", "trial"]);
    expect(file.issuers[0]?.client_secret?.reveal()).toBe("s");
    expect(file.tokens[0]?.approval_sha256).toHaveLength(64);
  });

  test.each<[string, object, string]>([
    [
      "a token that is the word of an example",
      { tokens: [{ name: "a", sha256: sha256("test"), tenant: "acme" }], tenants },
      "the token a is that of an example",
    ],
    [
      "the same, hashed with its line end",
      { tokens: [{ name: "a", sha256: sha256("password\n"), tenant: "acme" }], tenants },
      "the token a is that of an example",
    ],
    [
      "a passphrase that is the word of an example",
      { tokens: [{ name: "a", sha256: hash("a"), tenant: "acme", approval_sha256: sha256("test2") }], tenants },
      "approval_sha256 of the token a is that of an example",
    ],
    ["a metrics token that is one", { metrics_sha256: sha256("secret"), tenants }, "metrics_sha256 is that of an example"],
    ["a principal of no issuer", { tenants: { acme: { sandbox: true, principals: [`${issuer}|alice`] } } }, "begins with no issuer"],
    [
      "a principal of an issuer spelt otherwise",
      { issuers: [{ issuer }], tenants: { acme: { sandbox: true, principals: [`${issuer}/|alice`] } } },
      "begins with no issuer",
    ],
    [
      "a principal without a subject",
      { issuers: [{ issuer }], tenants: { acme: { sandbox: true, principals: [`${issuer}|`] } } },
      "begins with no issuer",
    ],
    [
      "a star behind a part of a subject",
      { issuers: [{ issuer }], tenants: { acme: { sandbox: true, principals: [`${issuer}|team|*`] } } },
      "stands for nobody but all of an issuer",
    ],
    [
      "a principal of two tenants",
      {
        issuers: [{ issuer }],
        tenants: { a: { sandbox: true, principals: [`${issuer}|x`] }, b: { sandbox: true, principals: [`${issuer}|x`] } },
      },
      "is there twice",
    ],
    [
      "two tenants open to all, and nothing that picks",
      {
        issuers: [{ issuer }],
        tenants: { a: { sandbox: true, principals: [`${issuer}|*`] }, b: { sandbox: true, principals: [`${issuer}|*`] } },
      },
      "is there twice",
    ],
    ["an issuer twice", { issuers: [{ issuer }, { issuer, tenant_claim: "org" }], tenants }, "is there twice"],
    ["an issuer with a bar", { issuers: [{ issuer: `${issuer}/a|b` }], tenants }, "without |"],
    ["an issuer without https", { issuers: [{ issuer: "http://login.example.com" }], tenants }, "expected an https URL"],
    ["an issuer that hides its host", { issuers: [{ issuer: "http://localhost:x@login.example.com" }], tenants }, "expected an https URL"],
    ["an audience that is the client", { issuers: [{ issuer, client_id: "a", audience: "a" }], tenants }, "they must differ"],
    ["a secret without a client", { issuers: [{ issuer, client_secret: "env:TRUNKLINE_CLIENT_SECRET" }], tenants }, "without a client_id"],
    ["a secret that is not set", { issuers: [{ issuer, client_id: "a", client_secret: "env:NOBODY_SET_THIS" }], tenants }, "is not set"],
    [
      "a passphrase that is the token",
      { tokens: [{ name: "a", sha256: hash("a"), tenant: "acme", approval_sha256: hash("a") }], tenants },
      "a passphrase of its own",
    ],
    [
      "a passphrase that is another's token",
      {
        tokens: [
          { name: "a", sha256: hash("a"), tenant: "acme", approval_sha256: hash("b") },
          { name: "b", sha256: hash("b"), tenant: "acme" },
        ],
        tenants,
      },
      "a passphrase of its own",
    ],
    ["a token of no tenant", { tokens: [{ name: "a", sha256: hash("a"), tenant: "nobody" }], tenants }, "which is not there"],
  ])("with %s is refused, by the words that name it", (_, content, said) => {
    expect(() => parse(content)).toThrow(said);
  });

  test("may open several tenants to all of an issuer whose claim picks one", () => {
    const open = { sandbox: true, principals: [`${issuer}|*`] };
    expect(parse({ issuers: [{ issuer, tenant_claim: "org" }], tenants: { a: open, b: open } }).tenants).toHaveLength(2);
  });
});
