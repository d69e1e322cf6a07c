import { afterEach, describe, expect, test } from "vitest";
import { type Hosted, startHosted } from "../support/hosted.ts";
import { open, press, send } from "../support/pages.ts";

let hosted: Hosted;
afterEach(() => hosted.close());

describe("a configuration when hosted", () => {
  test("is fetched from a page, once, with the password inside, and leaves nothing behind", async () => {
    // Nobody has to sign in on loopback without a tenants file; test/auth shows how the page asks who somebody is.
    hosted = await startHosted({}, { TRUNKLINE_TENANTS: "" });
    const agent = await hosted.client("nobody");
    const { trunk_id } = (await agent.call("exotel_create_trunk", { trunk_name: "exported" })).value.trunk;
    await agent.call("exotel_create_credentials", { trunk_sid: trunk_id, user_name: "pbx" });
    const exported = await agent.call("export_pbx_config", { trunk_id, format: "asterisk", folder: "pbx" });
    expect(exported.value.written).toBeUndefined();
    const secrets = hosted.storeOf("local", true).secrets;
    const password = (await secrets.find(`exotel/${trunk_id}/pbx`))?.reveal() ?? "";
    expect(password.length).toBeGreaterThan(10);
    expect(JSON.stringify(exported.raw)).not.toContain(password);
    const url: string = exported.value.fetch_url;
    const form = await open(url);
    expect((await send(url)).body).not.toContain(password);
    const shown = await press(form, { decision: "show" });
    expect(shown.status).toBe(200);
    expect(shown.body).toContain(password);
    expect(shown.body).toMatch(/\[exotel_exported[\w-]*\]/);
    expect((await press(form, { decision: "show" })).status).toBe(404);
  });
});
