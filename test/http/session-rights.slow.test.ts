import { afterEach, describe, expect, test } from "vitest";
import { providers } from "../../src/providers/index.ts";
import { startSandbox } from "../../src/sandbox/server.ts";
import { type Hosted, startHosted, token } from "../support/hosted.ts";
import { beginSession, post, type Session } from "../support/http.ts";
import { onSandbox } from "./on-sandbox.ts";

const all = ["trunks:read", "trunks:write", "trunks:delete"];
const fileOf = (scopes: string[], more: object = {}) => ({
  tokens: [{ ...token("anna", "acme", scopes), ...more }],
  tenants: { acme: { sandbox: true } },
});

let hosted: Hosted;
afterEach(() => hosted.close());

async function begun(beginning: Record<string, string> = {}) {
  const { url } = hosted.serving;
  const { id } = (await beginSession(url, "anna", beginning)) as Session;
  let n = 0;
  const request = async (method: string, params: object = {}, more: Record<string, string> = {}) => {
    n += 1;
    const headers = { "mcp-session-id": id, "mcp-protocol-version": "2025-11-25", ...more };
    const answer = await post(url, { jsonrpc: "2.0", id: n, method, params }, { token: "anna", headers });
    const text = await answer.text();
    return { status: answer.status, text, result: JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text).result };
  };
  const call = async (name: string, given: object = {}, more: Record<string, string> = {}) => {
    const { status, result } = await request("tools/call", { name, arguments: given }, more);
    return { status, value: JSON.parse(result?.content?.at(-1)?.text ?? "null") };
  };
  const listed = async (more: Record<string, string> = {}): Promise<string[]> =>
    (await request("tools/list", {}, more)).result.tools.map(({ name }: { name: string }) => name);
  return { request, call, listed };
}

const undoing = { provider: "exotel", use_case: "outbound", trunk: "own", numbers: ["+918044319240"], ips: ["44.248.146.11"] };

describe("a session of the 2025 era", () => {
  test("loses the scopes that the operator took away, plans included", async () => {
    const carrier = await startSandbox(providers);
    const acme = onSandbox(carrier, "ACME");
    const file = (scopes: string[]) => ({ ...fileOf(scopes), tenants: { acme: { carriers: acme.carriers } } });
    hosted = await startHosted(file(all), acme.environment);
    const { call } = await begun();
    const trunk_sid: string = (await call("exotel_create_trunk", { trunk_name: "victim" })).value.trunk.trunk_id;
    const { plan_id } = (await call("plan_trunk", undoing)).value;
    carrier.script({ kind: "status", status: 400, method: "POST", path: "whitelisted-ips" });
    const undo = (await call("apply_plan", { plan_id })).value.undo_plan_id;
    expect(undo).toEqual(expect.any(String));
    hosted.write(file(all.slice(0, 2)));
    await hosted.serving.reload();
    expect((await call("exotel_delete_trunk", { trunk_sid })).status).toBe(403);
    // Only the plan knows that it deletes.
    expect((await call("apply_plan", { plan_id: undo })).value).toMatchObject({ code: "forbidden", applied: false });
    expect((await call("exotel_create_trunk", { trunk_name: "still" })).value.trunk.trunk_name).toBe("still");
    hosted.write(file(all.slice(0, 1)));
    await hosted.serving.reload();
    expect((await call("exotel_create_trunk", { trunk_name: "no_more" })).status).toBe(403);
    expect((await call("apply_plan", { plan_id: undo })).status).toBe(403);
    expect((await call("list_trunks", { provider: "exotel" })).value.trunks).toHaveLength(3);
    expect(carrier.seen.filter(({ method }) => method === "DELETE")).toEqual([]);
    await carrier.close();
  });

  test("asks by no form any more when the operator takes that away", async () => {
    hosted = await startHosted(fileOf(all, { forms: true }));
    const { call } = await begun();
    const trunk_sid: string = (await call("exotel_create_trunk", { trunk_name: "victim" })).value.trunk.trunk_id;
    hosted.write(fileOf(all));
    await hosted.serving.reload();
    expect((await call("exotel_delete_trunk", { trunk_sid })).value).toMatchObject({ code: "approval_required", applied: false });
  });

  test("is narrowed by the headers of each request, and by no other's", async () => {
    hosted = await startHosted(fileOf(all));
    const { call, listed, request } = await begun({ "trunkline-toolsets": "exotel,trunks" });
    const readOnly = { "trunkline-read-only": "true" };
    expect((await call("exotel_create_trunk", { trunk_name: "no" }, readOnly)).value).toMatchObject({ code: "forbidden" });
    expect((await call("list_trunks", {}, readOnly)).value.trunks).toEqual([]);
    expect((await call("exotel_create_trunk", { trunk_name: "yes" })).value.trunk.trunk_name).toBe("yes");
    expect(await listed()).toContain("didww_create_voice_out_trunk");
    expect((await listed(readOnly)).filter((name) => /create|delete/.test(name))).toEqual([]);
    expect(await listed({ "trunkline-toolsets": "trunks" })).not.toContain("exotel_create_trunk");
    // The SDK's own way, which a list with _meta takes.
    const { result } = await request("tools/list", { _meta: {} }, readOnly);
    expect(result.tools.map(({ name }: { name: string }) => name)).not.toContain("exotel_create_trunk");
    const strict = { "trunkline-ask-for": "writes" };
    expect((await call("exotel_create_trunk", { trunk_name: "asks" }, strict)).value.code).toBe("approval_required");
    const without = { "trunkline-toolsets": "plans" };
    expect((await request("resources/read", { uri: "trunks://" }, without)).text).not.toContain("trunk_name");
  });
});
