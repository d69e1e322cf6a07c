import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { silentLog } from "../../src/core/log.ts";
import { type Route, startHttpServer } from "../../src/http/listener.ts";
import { createRoutes, type Handlers } from "../../src/http/routes/index.ts";
import { notice } from "../../src/pages/parts/layout.ts";
import { paths } from "../../src/pages/paths.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const says =
  (text: string): Route["handle"] =>
  async (_, response) =>
    void response.end(text);
const nobody = () => new Response("not for you", { status: 403 });
const page = async () => ({ status: 200, page: notice("Page") });

const handlers: Handlers = {
  guard: () => undefined,
  direct: () => undefined,
  mcp: says("mcp"),
  welcome: page,
  health: { alive: says("alive"), ready: says("ready") },
  metadata: says("metadata"),
  metrics: { enter: nobody, handle: says("metrics") },
  pages: { approve: page, secret: page, signIn: page, signInWith: page, signInCallback: page, signOut: page },
  page: () => says("page"),
};
const routes = createRoutes(handlers);

async function withServer(use: (origin: string) => Promise<void>): Promise<void> {
  const server = await startHttpServer({ host: "127.0.0.1", port: 0, routes, log: silentLog });
  await use(`http://127.0.0.1:${server.port}`).finally(() => server.drain(1_000));
}

describe("the list of routes", () => {
  test("has each path once, every page among them", () => {
    const listed = routes.map(({ path }) => path);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toEqual(expect.arrayContaining(Object.values(paths)));
  });

  test("decides who may enter before it says which methods there are", async () => {
    await withServer(async (origin) => {
      for (const method of ["GET", "PUT"]) expect((await fetch(`${origin}/metrics`, { method })).status).toBe(403);
    });
  });

  test("takes a slash at the end for none, and no more", async () => {
    await withServer(async (origin) => {
      expect(await (await fetch(`${origin}/mcp/`)).text()).toBe("mcp");
      for (const other of ["/mcp//", "/mcp/x", "/mcpx"]) expect((await fetch(origin + other)).status).toBe(404);
    });
  });

  test("refuses every other method, and names those that it takes", async () => {
    await withServer(async (origin) => {
      const open = routes.filter(({ enter }) => enter !== nobody);
      expect(open.length).toBeGreaterThan(8);
      for (const { path, methods } of open) {
        const refused = await fetch(origin + path, { method: "PUT", body: "x" });
        expect([path, refused.status, refused.headers.get("allow")]).toEqual([path, 405, methods.join(", ")]);
        expect((await fetch(origin + path)).status).toBe(200);
      }
    });
  });

  test("and the names it uses are the only places that spell a path", () => {
    // The last but one asks its own public address, as a client does.
    const known = ["src/auth/caller.ts", "src/http/routes/index.ts", "src/http/self-check.ts", "src/pages/paths.ts"];
    const folders = ["src/http", "src/pages", "src/auth"];
    const files = folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(folder, name)),
    );
    // In backquotes alone it is prose.
    const spelt = /(["}]|`(?!\/\w+`))\/(approve|secret|sign(in|out)|mcp|metrics|healthz|readyz|\.well-known\/oauth-p)/;
    const found = files.filter((file) => spelt.test(readFileSync(join(root, file), "utf8")));
    expect(files.length).toBeGreaterThan(50);
    expect(found.sort()).toEqual(known);
  });
});
