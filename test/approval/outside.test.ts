import { afterEach, describe, expect, test } from "vitest";
import { type Options, startTrunkline, type Trunkline, ways } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

async function withTrunk(options: Options): Promise<string> {
  trunkline = await startTrunkline(options);
  return (await trunkline.call("exotel_create_trunk", { trunk_name: "paged" })).value.trunk.trunk_id;
}

/** Submits a page's form as a browser does. */
async function submit(url: string, fields: Record<string, string>): Promise<string> {
  const page = await fetch(url);
  const token = /name="token" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
  const cookie = page.headers.get("set-cookie")?.split(";")[0] ?? "";
  const headers = { origin: new URL(url).origin, cookie };
  return await (await fetch(url, { method: "POST", headers, body: new URLSearchParams({ token, ...fields }) })).text();
}

const deletes = () => trunkline.sandbox.seen.filter(({ method }) => method === "DELETE").length;

describe.each(ways)("a client without forms, $era over $transport", (way) => {
  test("is sent to a page; approved there, the same call passes once", async () => {
    const trunk_sid = await withTrunk({ ...way, pages: true });
    const asked = (await trunkline.call("exotel_delete_trunk", { trunk_sid })).value;
    expect(asked).toMatchObject({ code: "approval_required", applied: false, approve_command: `trunkline approve ${asked.approval}` });
    expect(asked.hint).toContain("approve_url");
    const early = await trunkline.call("exotel_delete_trunk", { trunk_sid, approval: asked.approval });
    expect(early.value).toMatchObject({ code: "approval_required" });
    expect(deletes()).toBe(0);
    expect(await submit(asked.approve_url, { name: "paged", decision: "approve" })).toContain("Approved");
    expect((await trunkline.call("exotel_delete_trunk", { trunk_sid, approval: asked.approval })).value).toMatchObject({ removed: true });
    expect((await trunkline.call("exotel_delete_trunk", { trunk_sid, approval: asked.approval })).isError).toBe(true);
    expect(deletes()).toBe(1);
  });

  test.each([
    ["refused", { decision: "refuse" }, { code: "approval_refused", reason: "declined" }],
    ["approved with another name", { name: "other", decision: "approve" }, { code: "approval_required" }],
    ["approved with no name", { decision: "approve" }, { code: "approval_required" }],
  ])("%s there: nothing happens", async (_, fields, said) => {
    const trunk_sid = await withTrunk({ ...way, pages: true });
    const asked = (await trunkline.call("exotel_delete_trunk", { trunk_sid })).value;
    await submit(asked.approve_url, fields as Record<string, string>);
    expect((await trunkline.call("exotel_delete_trunk", { trunk_sid, approval: asked.approval })).value).toMatchObject({
      ...said,
      applied: false,
    });
    expect(deletes()).toBe(0);
  });
});

describe("what a removal took away", () => {
  test("is a resource of whoever removed it, and of nobody else", async () => {
    const trunk_sid = await withTrunk({ person: () => ({ action: "accept", content: { trunk_name: "paged" } }) });
    await trunkline.call("exotel_map_phone_number", { trunk_sid, phone_number: "+918044319240" });
    const { snapshot_id } = (await trunkline.call("exotel_delete_trunk", { trunk_sid })).value;
    const { contents } = await trunkline.client.readResource({ uri: `trunks://snapshots/${snapshot_id}` });
    const [content] = contents;
    const text = content && "text" in content ? content.text : "";
    expect(JSON.parse(text)).toMatchObject({
      snapshot_id,
      state: { trunk_name: "paged", phone_numbers: [{ phone_number: "+918044319240" }] },
    });
    expect(await trunkline.scope.store.snapshots.find("stranger", snapshot_id)).toBeUndefined();
    await expect(trunkline.client.readResource({ uri: "trunks://snapshots/snap_unknown" })).rejects.toThrow(/not found/i);
  });
});

describe.each(ways)("a password, where the client shows links, $era over $transport", (way) => {
  test("is offered on a page, seen there once, and in no frame", async () => {
    const links: string[] = [];
    const trunk_sid = await withTrunk({
      ...way,
      dialect: "documented",
      links: true,
      person: ({ url }) => {
        if (url !== undefined) links.push(url);
        return { action: "accept" };
      },
    });
    const answer = await trunkline.call("exotel_get_credentials", { trunk_sid });
    expect(answer.value.credentials[0]).toMatchObject({ user_name: trunk_sid, secret_ref: `secret:exotel/${trunk_sid}/sip` });
    expect(links).toHaveLength(1);
    const password = (await trunkline.scope.store.secrets.find(`exotel/${trunk_sid}/sip`))?.reveal() ?? "";
    expect(password.length).toBeGreaterThan(8);
    expect(JSON.stringify(answer.raw)).not.toContain(password);
    expect(await (await fetch(links[0] ?? "")).text()).not.toContain(password);
    expect(await submit(links[0] ?? "", {})).toContain(password);
    expect(await submit(links[0] ?? "", {})).not.toContain(password);
  });

  test("declined, the result stays as it is", async () => {
    const trunk_sid = await withTrunk({ ...way, dialect: "documented", links: true, person: () => ({ action: "decline" }) });
    const { isError, value } = await trunkline.call("exotel_get_credentials", { trunk_sid });
    expect([isError, value.credentials.length]).toEqual([false, 1]);
  });
});
