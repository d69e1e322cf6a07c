import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { programPath, startDaemon } from "./support/daemon.ts";
import { needs } from "./support/needs.ts";
import { freePort } from "./support/ports.ts";

const caddyfile = resolve(import.meta.dirname, "../deploy/proxy/Caddyfile");
const caddy = programPath("caddy");

/** One replica: it answers with its name, and says whether it is ready. */
async function replica(name: string): Promise<{ server: Server; port: number; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer(({ url = "", headers }, response) => {
    seen.push(`${url} ${headers["x-forwarded-for"] ?? ""}`.trim());
    response.end(name);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port, seen };
}

describe("the proxy of compose.yaml", needs({ caddy }), () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "trunkline-proxy-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const environment = (more: object = {}) => ({ HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, ...more });

  test.each(["trunkline.example.com", "localhost"])("has a file that Caddy takes, for %s", (site) => {
    const checked = (file: string) =>
      spawnSync(caddy ?? "", ["validate", "--adapter", "caddyfile", "--config", file], {
        env: environment({ SITE: site }),
        encoding: "utf8",
      });
    expect(checked(caddyfile)).toMatchObject({ status: 0, stdout: expect.stringContaining("Valid configuration") });
    const spoiled = join(folder, "Spoiled");
    writeFileSync(spoiled, readFileSync(caddyfile, "utf8").replace("health_uri", "health_url"));
    expect(checked(spoiled).status).toBe(1);
  });

  test("asks whichever replica is ready, and says who called", async () => {
    const [one, two] = [await replica("one"), await replica("two")];
    const port = await freePort();
    const file = join(folder, "Caddyfile");
    const here = { "trunkline:3000": `127.0.0.1:${one.port}`, "trunkline-2:3000": `127.0.0.1:${two.port}` };
    const text = Object.entries(here).reduce(
      (before, [name, place]) => before.replace(` ${name}`, ` ${place}`),
      readFileSync(caddyfile, "utf8"),
    );
    writeFileSync(file, text.replace("{$SITE}", `http://127.0.0.1:${port}`).replace("{\n", "{\n\tadmin off\n"));
    const ask = async () => await (await fetch(`http://127.0.0.1:${port}/mcp`)).text();
    const isUp = () => ask().then(Boolean, () => false);
    const started = await startDaemon(
      "env",
      [
        ...Object.entries(environment()).map(([name, value]) => `${name}=${value}`),
        caddy ?? "",
        "run",
        "--adapter",
        "caddyfile",
        "--config",
        file,
      ],
      folder,
      isUp,
    );
    if (typeof started === "string") throw new Error(started);
    try {
      await vi.waitFor(async () => expect(new Set([await ask(), await ask()])).toEqual(new Set(["one", "two"])), 60_000);
      expect(one.seen).toContain("/readyz");
      expect(one.seen).toContain("/mcp 127.0.0.1");
      one.server.closeAllConnections();
      one.server.close();
      // No call is lost to the replica that is gone.
      for (let calls = 0; calls < 6; calls++) expect(await ask()).toBe("two");
    } finally {
      await started.stop();
      two.server.closeAllConnections();
      two.server.close();
      one.server.close();
    }
  });
});
