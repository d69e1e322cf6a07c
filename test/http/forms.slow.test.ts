import type { JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBrowsing } from "../support/browsing.ts";
import { type Hosted, sha256, startHosted, token } from "../support/hosted.ts";
import { type Issuer, startIssuer } from "../support/issuer.ts";
import { agreeing, type Era, type Person, typedIn } from "../support/trunkline.ts";

const passphrase = "a passphrase of the holder's";
const eras: Era[] = ["v1", "v2"];

let hosted: Hosted;
let plain: Issuer;
let trusted: Issuer;
let bearers: Record<string, string>;
let made = 0;

beforeAll(async () => {
  [plain, trusted] = [await startIssuer(), await startIssuer()];
  // A tenant for each: emulators count an account's calls as the carrier does.
  const holders: Record<string, object> = {
    alone: {},
    "with-page": { approval_sha256: sha256(passphrase) },
    "with-forms": { forms: true },
    "with-both": { forms: true, approval_sha256: sha256(passphrase) },
  };
  const names = Object.keys(holders);
  hosted = await startHosted({
    issuers: [{ issuer: plain.url }, { issuer: trusted.url, forms: true }],
    tokens: names.map((name) => ({ ...token(name, name), ...holders[name] })),
    tenants: {
      ...Object.fromEntries(names.map((name) => [name, { sandbox: true }])),
      plain: { sandbox: true, principals: [`${plain.url}|*`] },
      trusted: { sandbox: true, principals: [`${trusted.url}|*`] },
    },
  });
  const claims: JWTPayload = {
    ...{ sub: "alice", aud: hosted.serving.url, exp: Math.floor(Date.now() / 1_000) + 300 },
    scope: "trunks:read trunks:write trunks:delete",
  };
  bearers = {
    "an issuer": await plain.sign({ iss: plain.url, ...claims }),
    "a trusted issuer": await trusted.sign({ iss: trusted.url, ...claims }),
  };
});
afterAll(async () => {
  await hosted.close();
  await Promise.all([plain.close(), trusted.close()]);
});

const bearerOf = (holder: string) => bearers[holder] ?? holder;

/** A client that answers its own forms with what they ask for. */
async function selfAgreeing(holder: string, era: Era) {
  const forms: string[] = [];
  const person: Person = ({ message }) => {
    forms.push(message);
    return { action: "accept", content: { trunk_name: typedIn(message) } };
  };
  const { call } = await hosted.client(bearerOf(holder), { era, person });
  made += 1;
  const trunk_name = `victim_${made}`;
  const { trunk } = (await call("exotel_create_trunk", { trunk_name })).value;
  const trunk_sid: string = trunk.trunk_id;
  const isThere = async () => !(await call("get_trunk", { provider: "exotel", trunk_id: trunk_sid })).isError;
  return { call, forms, trunk_sid, trunk_name, isThere };
}

describe("a client that answers its own form", () => {
  const untrusted = ["alone", "with-page", "an issuer"].flatMap((holder) => eras.map((era) => [holder, era] as const));
  test.each(untrusted)("agrees to nothing by the token of %s, client %s", async (holder, era) => {
    const { call, forms, trunk_sid, isThere } = await selfAgreeing(holder, era);
    const { value } = await call("exotel_delete_trunk", { trunk_sid });
    expect(value).toMatchObject({ code: "approval_required", applied: false });
    expect(value.approve_url).toContain(`/approve/${value.approval}`);
    expect(value).not.toHaveProperty("approve_command");
    // The agent repeats the call with the id, as the hint says, and nobody has decided.
    expect((await call("exotel_delete_trunk", { trunk_sid, approval: value.approval })).value).toMatchObject({ applied: false });
    const plan = { provider: "exotel", use_case: "outbound", trunk: "by_plan", numbers: ["+918044319240"], ips: ["44.0.0.0/16"] };
    const { plan_id } = (await call("plan_trunk", plan)).value;
    expect((await call("apply_plan", { plan_id })).value).toMatchObject({ code: "approval_required", applied: false });
    expect(forms).toEqual([]);
    expect(await isThere()).toBe(true);
  });

  const believed = ["with-forms", "with-both", "a trusted issuer"].flatMap((holder) => eras.map((era) => [holder, era] as const));
  test.each(believed)("is believed where the operator says so: %s, client %s", async (holder, era) => {
    const { call, forms, trunk_sid, isThere } = await selfAgreeing(holder, era);
    expect((await call("exotel_delete_trunk", { trunk_sid })).value).toMatchObject({ removed: true, approved: { by: "form" } });
    expect(forms).toHaveLength(1);
    expect(await isThere()).toBe(false);
  });

  test("leaves the decision to the page", async () => {
    const { call, trunk_sid, trunk_name, isThere } = await selfAgreeing("with-page", "v2");
    const { approval, approve_url } = (await call("exotel_delete_trunk", { trunk_sid })).value;
    const browsing = startBrowsing();
    const form = await browsing.submit(await browsing.visit(approve_url), { access_token: "with-page", passphrase });
    await browsing.submit(form, { decision: "approve", name: trunk_name });
    expect(await isThere()).toBe(true);
    expect((await call("exotel_delete_trunk", { trunk_sid, approval })).value).toMatchObject({ removed: true, approved: { by: "page" } });
  });
});

test("on loopback without a tenants file a form decides, until a PIN is set", async () => {
  const local = await startHosted({}, { TRUNKLINE_TENANTS: "" });
  const removed: unknown[] = [];
  for (const era of eras) {
    const { call } = await local.client("nobody", { era, person: agreeing });
    const remove = async (trunk_name: string) => {
      const { trunk } = (await call("exotel_create_trunk", { trunk_name })).value;
      return (await call("exotel_delete_trunk", { trunk_sid: trunk.trunk_id })).value;
    };
    expect(await remove(`${era}_without`)).toMatchObject({ removed: true, approved: { by: "form" } });
    await local.storeOf("local", true).pin.set("4711 is long");
    const refused = await remove(`${era}_with`);
    expect(refused).toMatchObject({ code: "approval_required", applied: false, approve_url: expect.any(String) });
    removed.push(refused.removed);
    await local.storeOf("local", true).pin.set(undefined);
  }
  expect(removed).toEqual([undefined, undefined]);
  await local.close();
});

test("forms are nobody's word unless the file says so", async () => {
  const file = (forms: unknown) => ({ tokens: [{ ...token("amir", "acme"), forms }], tenants: { acme: { sandbox: true } } });
  await expect(startHosted(file("yes"))).rejects.toThrow("tokens.0.forms");
  await (await startHosted(file(undefined))).close();
});
