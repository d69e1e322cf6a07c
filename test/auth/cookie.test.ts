import { randomBytes } from "node:crypto";
import { EncryptJWT, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { createSeal, keyFor } from "../../src/auth/seal.ts";
import { createCookie } from "../../src/pages/sign-in/cookies.ts";
import { createPersonCookie, type Person } from "../../src/pages/sign-in/signed-in.ts";

let ahead = 0;
const clock = { now: () => Date.now() + ahead, sleep: async () => {} };
const stateKey = randomBytes(32);
const ports = { stateKey, clock, secure: () => true };
const person: Person = { tenant: "acme", principal: "https://issuer.example|alice" };
const read = (value: string, to = ports) => createPersonCookie(to).read({ cookies: `a=b; __Host-trunkline_session=${value}`, port: "" });
const valueIn = (line: string) => /^[^=]+=([^;]*)/.exec(line)?.[1] ?? "";
const baked = async () => valueIn(await createPersonCookie(ports).bake(person, ""));
const inTenMinutes = () => Math.floor(clock.now() / 1_000) + 600;
const sessionKey = () => keyFor("cookie session", stateKey);

const encrypted = (facts: unknown, key: Uint8Array, exp?: number) => {
  const token = new EncryptJWT({ facts }).setProtectedHeader({ alg: "dir", enc: "A256GCM" });
  return (exp === undefined ? token : token.setExpirationTime(exp)).encrypt(key);
};

describe("the cookie of who is signed in", () => {
  test("comes back as it was, says nothing to who reads it, and is sent as little as can be", async () => {
    const line = await createPersonCookie(ports).bake(person, "");
    expect(line).toMatch(/^__Host-trunkline_session=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=900; Secure$/);
    expect(await read(valueIn(line))).toMatchObject(person);
    for (const part of valueIn(line).split(".")) expect(Buffer.from(part, "base64url").toString("latin1")).not.toContain("alice");
    expect(createPersonCookie(ports).end("")).toMatch(/^__Host-trunkline_session=; .*Max-Age=0/);
  });

  test("on loopback has the port in its name, since browsers do not tell ports apart", async () => {
    const cookie = createPersonCookie({ ...ports, secure: () => false });
    const line = await cookie.bake(person, "4100");
    expect(line).toMatch(/^trunkline_session_4100=/);
    expect(line).not.toContain("Secure");
    expect(await cookie.read({ cookies: line.split(";")[0], port: "4200" })).toBeUndefined();
  });

  test.each<[string, () => Promise<string> | string]>([
    ["made with another key", () => encrypted(person, randomBytes(32), inTenMinutes())],
    ["made with the key of another purpose", () => encrypted(person, keyFor("cookie signin", stateKey), inTenMinutes())],
    ["made with the state key itself", () => encrypted(person, stateKey, inTenMinutes())],
    ["without an end", () => encrypted(person, sessionKey())],
    ["that has ended", () => encrypted(person, sessionKey(), inTenMinutes() - 601)],
    ["of another shape", () => encrypted({ tenant: "acme" }, sessionKey(), inTenMinutes())],
    [
      "signed, not sealed",
      () => new SignJWT({ facts: { ...person } }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("5m").sign(sessionKey()),
    ],
    ["neither signed nor sealed", () => new UnsecuredJWT({ facts: { ...person } }).setExpirationTime("5m").encode()],
    ["in plain words", () => JSON.stringify(person)],
    ["with nothing in it", () => ""],
  ])("%s is nobody's", async (_, make) => {
    expect(await read(await make())).toBeUndefined();
  });

  test("changed in any one of its characters is nobody's", async () => {
    const value = await baked();
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let index = 0; index < value.length; index += 3) {
      // Another first bit: the last bits of a part's last letter mean nothing.
      const other = letters[letters.indexOf(value[index] ?? "") ^ 32];
      const changed = `${value.slice(0, index)}${other}${value.slice(index + 1)}`;
      if (value[index] !== ".") expect(await read(changed), `at ${index}`).toBeUndefined();
    }
  });

  test("ends after 15 minutes, whatever the browser does", async () => {
    const value = await baked();
    ahead = 14.9 * 60_000;
    expect(await read(value)).toMatchObject(person);
    ahead = 15.1 * 60_000;
    expect(await read(value)).toBeUndefined();
    ahead = 0;
  });

  test("is not what another cookie or a link of this server says", async () => {
    const other = createCookie(z.object({ tenant: z.string(), principal: z.string() }), "signin", 60_000, ports);
    expect(await read(valueIn(await other.bake(person, "")))).toBeUndefined();
    const link = createSeal(z.object({ tenant: z.string(), principal: z.string() }), "reveal link", ports);
    expect(await read(await link.close(person, clock.now() + 60_000))).toBeUndefined();
  });
});
