import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { expect, test } from "vitest";
import { chromium, startBrowser, visit } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import type { Era } from "../support/trunkline.ts";
import { startViewed } from "../support/viewed.ts";

test.each<Era>(["v1", "v2"])(
  "the extension's own host shows the view, and is asked in its words, client %s",
  { ...needs({ chromium }) },
  async (era) => {
    const options = {
      entryPoints: [join(import.meta.dirname, "bridge-host.js")],
      bundle: true,
      format: "iife",
      write: false,
      platform: "browser",
      logLevel: "error",
    } satisfies BuildOptions;
    const { outputFiles } = await build(options);
    const page = `<!doctype html><meta charset="utf-8"><body><script>${outputFiles?.[0]?.text.replaceAll("</script", "<\\/script")}</script>`;
    const server = createServer((_, response) => response.setHeader("content-type", "text/html").end(page));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const [browser, viewed] = await Promise.all([startBrowser(), startViewed(era)]);
    try {
      const visitor = await visit(browser.browser);
      await visitor.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const given = { trunk_id: "front_desk" };
      const result = await viewed.call("get_trunk", given);
      await visitor.page.evaluate(`window.show(${JSON.stringify(viewed.html)}, ${JSON.stringify(result)}, ${JSON.stringify(given)})`);
      const view = visitor.page.frames().find((frame) => frame !== visitor.page.mainFrame());
      await view?.waitForSelector("main");
      for (const label of ["Read again", "Check this trunk"])
        await view?.evaluate(`[...document.querySelectorAll("button")].find((one) => one.textContent === "${label}").click()`);
      await expect.poll(() => visitor.page.evaluate("window.said.length")).toBe(2);
      const said = (await visitor.page.evaluate("window.said")) as [string, Record<string, unknown>][];
      expect(said.map(([what]) => what)).toEqual(["call", "message"]);
      expect(said[0]?.[1]).toMatchObject({ name: "get_trunk", arguments: { provider: "exotel" } });
      expect(await view?.$eval("h1", ({ textContent }) => textContent)).toContain("front_desk");
      expect(visitor.complaints).toEqual([]);
    } finally {
      await Promise.all([browser.close(), viewed.close()]);
      server.close();
    }
  },
);
