import { afterEach, beforeEach, expect, test } from "vitest";
import { signInWithToken } from "../../src/pages/sign-in/passphrase.ts";
import { type OpenStore, openStore } from "../../src/store/open.ts";
import { sha256 } from "../support/hosted.ts";

const passphrase = "correct horse battery staple";
const holder = { name: "ops", tenant: "acme", sha256: sha256("ops-token"), approval_sha256: sha256(passphrase), forms: false, scopes: [] };
const person = { tenant: "acme", principal: "token|ops" };

let now: number;
let store: OpenStore;
beforeEach(async () => {
  now = Date.now();
  store = await openStore({ location: { file: ":memory:" }, tenant: "acme", clock: { now: () => now, sleep: async () => {} } });
});
afterEach(() => store.close());

const type = (typed: string, address = "192.0.2.1", known?: typeof person) =>
  signInWithToken({ token: "ops-token", passphrase: typed, address, known }, [holder], () => store.claims);

async function guess(times: number, addressOf: (n: number) => string = () => "192.0.2.1") {
  const answers = [];
  for (let n = 0; n < times; n++) answers.push(await type(`guess ${n}`, addressOf(n)));
  return answers;
}

test("five wrong guesses from an address let the right passphrase through once, and are forgotten after a while", async () => {
  expect(await guess(7)).toEqual([...Array(5).fill("sign_in_wrong"), "sign_in_locked", "sign_in_locked"]);
  expect(await type(passphrase)).toEqual(person);
  expect(await type(passphrase)).toBe("sign_in_locked");
  now += 15 * 60_000;
  expect(await type(passphrase)).toEqual(person);
  expect(await type(passphrase)).toEqual(person);
});

test("they lock nobody elsewhere, and nobody in a browser that is known", async () => {
  await guess(5);
  for (let n = 0; n < 10; n++) expect(await type(passphrase, "192.0.2.2")).toEqual(person);
  for (let n = 0; n < 10; n++) expect(await type(passphrase, "192.0.2.1", person)).toEqual(person);
});

test("guesses from many addresses end too, but for a browser that is known", async () => {
  const answers = await guess(40, (n) => `192.0.2.${n}`);
  expect(answers.filter((answer) => answer === "sign_in_wrong")).toHaveLength(25);
  expect(await type(passphrase, "192.0.2.99")).toBe("sign_in_locked");
  for (let n = 0; n < 3; n++) expect(await type(passphrase, "192.0.2.99", person)).toEqual(person);
});

test("a browser that knows another person, or another tenant's, is a stranger's", async () => {
  await guess(40, (n) => `192.0.2.${n}`);
  for (const known of [
    { ...person, tenant: "beta" },
    { ...person, principal: "token|other" },
  ])
    expect(await type(passphrase, "192.0.2.99", known)).toBe("sign_in_locked");
});

test("a known browser has five tries of its own", async () => {
  const answers = [];
  for (let n = 0; n < 6; n++) answers.push(await type(`guess ${n}`, "192.0.2.1", person));
  expect(answers.at(-1)).toBe("sign_in_locked");
  expect(await type(passphrase)).toEqual(person);
});

test("many at once are as many tries", async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => type(`guess ${n}`)));
  expect(answers.filter((answer) => answer === "sign_in_wrong")).toHaveLength(5);
});
