import { afterEach, beforeEach, expect, test } from "vitest";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { startTrunkline, type Trunkline } from "../support/trunkline.ts";

/** A second carrier of the same kind, so that this test knows of no other. */
const other = { ...exotel, id: "other", title: "Other", sandboxSettings: exotel.sandboxSettings } as AnyProvider;

let trunkline: Trunkline;
let trunk_id: string;
beforeEach(async () => {
  trunkline = await startTrunkline({ providers: [exotel, other] });
  trunk_id = (await trunkline.call("exotel_create_trunk", { trunk_name: "outbound_trunk" })).value.trunk.trunk_id;
});
afterEach(() => trunkline.close());

const get = (args: Record<string, unknown>) => trunkline.call("get_trunk", args);

test("an id that looks like an id to several carriers is the trunk of the one that has it", async () => {
  expect((await get({ trunk_id })).value).toMatchObject({ trunk: { provider: "exotel", trunk_id } });
});

test("a name is found on whichever carrier has it", async () => {
  expect((await get({ trunk_id: "outbound_trunk" })).value.trunk).toMatchObject({ provider: "exotel", trunk_id });
});

test("a carrier that fails is named, and does not hide the trunk of another", async () => {
  trunkline.sandbox.script({ kind: "status", status: 401, provider: "other", times: 10 });
  const { value } = await get({ trunk_id });
  expect(value.trunk.trunk_id).toBe(trunk_id);
  expect(value.warnings).toEqual([expect.stringMatching(/^Other was asked too, and failed: /)]);
});

test("what no carrier has is not found; while a carrier fails that cannot be said", async () => {
  expect((await get({ trunk_id: "a_name_of_more_than_sixteen" })).value).toMatchObject({
    code: "not_found",
    message: 'No trunk has the id, name or number "a_name_of_more_than_sixteen".',
  });
  trunkline.sandbox.script({ kind: "status", status: 401, provider: "other", times: 10 });
  expect((await get({ trunk_id: "nowhere" })).value.code).toBe("unauthorized");
});

test("a name that several trunks have is refused with all of them", async () => {
  const { sandbox } = trunkline;
  const { authorization } = sandbox.seen[0]?.headers ?? {};
  await fetch(`${sandbox.urlOf("other")}/v2/accounts/sandbox/trunks`, {
    method: "POST",
    headers: { authorization: authorization ?? "", "content-type": "application/json" },
    body: JSON.stringify({ trunk_name: "outbound_trunk", nso_code: "ANY-ANY", domain_name: "sandbox.pstn.exotel.com" }),
  });
  const { value } = await get({ trunk_id: "outbound_trunk" });
  expect(value.code).toBe("conflict");
  expect(value.candidates).toEqual([`exotel/${trunk_id}`, expect.stringMatching(/^other\/trmum1/)]);
  expect((await get({ trunk_id: "outbound_trunk", provider: "exotel" })).value.trunk.trunk_id).toBe(trunk_id);
});
