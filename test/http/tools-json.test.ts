import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSurface } from "../../src/mcp/surface.ts";
import { ask, beginSession, type Http, post, type Session, startHttp } from "../support/http.ts";

let http: Http;
let session: Session;
beforeAll(async () => {
  http = await startHttp();
  session = (await beginSession(http.url)) as Session;
});
afterAll(() => http.close());

const inSession = async (body: unknown) => await session.post(body);
const list = (id: number) => ({ jsonrpc: "2.0", id, method: "tools/list" });

test("the list that is put in as text is the surface itself, in both eras", async () => {
  const all = (await loadSurface()).tools.map(({ listed }) => listed);
  const modern = (await (await ask(http.url, "tools/list")).json()) as { result: object };
  expect(modern.result).toMatchObject({ tools: all, ttlMs: 300_000, cacheScope: "private" });
  expect(await (await inSession(list(1))).json()).toEqual({ jsonrpc: "2.0", id: 1, result: { tools: all } });
});

test("it is the list of who asks: narrowed, it holds less, and the next one holds all again", async () => {
  const names = async (headers: Record<string, string>) => {
    const { result } = (await (await ask(http.url, "tools/list", {}, { headers })).json()) as { result: { tools: { name: string }[] } };
    return result.tools.map(({ name }) => name);
  };
  const all = await names({});
  const { tools } = await loadSurface();
  const reading = tools.filter(({ effect }) => effect === "read").map(({ name }) => name);
  expect(await names({ "trunkline-read-only": "true" })).toEqual(reading);
  // More lists than are kept, and none of them another's.
  for (let at = 0; at < 30; at++) await names({ "trunkline-toolsets": `trunks,unheard_of_${at}` });
  const general = tools
    .filter(({ provider, toolset = "trunks" }) => provider === undefined && toolset === "trunks")
    .map(({ name }) => name);
  expect(await names({ "trunkline-toolsets": "trunks" })).toEqual(general);
  expect(await names({})).toEqual(all);
});

test("a session lists what each request asks for, whatever it began with", async () => {
  const began = { "trunkline-toolsets": "trunks" };
  const { id } = (await beginSession(http.url, undefined, began)) as Session;
  const listed = async (headers: Record<string, string>) => {
    const answer = await post(http.url, list(1), { headers: { "mcp-session-id": id, "mcp-protocol-version": "2025-11-25", ...headers } });
    return ((await answer.json()) as { result: { tools: unknown[] } }).result.tools.length;
  };
  const all = (await loadSurface()).tools.length;
  expect(await listed(began)).toBeLessThan(all / 2);
  expect(await listed({})).toBe(all);
  expect(await listed({ "trunkline-read-only": "true" })).toBeLessThan(all);
});

test("in a batch, and beside a refusal, nothing is put in where it does not belong", async () => {
  const text = await (await inSession([list(2), list(3)])).text();
  expect(text.match(/"name":"list_trunks"/g)).toHaveLength(2);
  const refused = await ask(http.url, "tools/list", {}, { headers: { "mcp-method": "prompts/list" } });
  expect([refused.status, await refused.text()]).toEqual([400, expect.not.stringContaining("list_trunks")]);
});
