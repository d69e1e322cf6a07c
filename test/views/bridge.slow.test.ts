import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { chromium, startBrowser, visit } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import type { Era } from "../support/trunkline.ts";
import { startViewed } from "../support/viewed.ts";

/** A host as the extension's own library makes one. */
const script = `
  import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";
  window.said = [];
  window.show = (html, result, given) => new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    document.body.append(frame);
    const bridge = new AppBridge(null, { name: "host", version: "1" }, { openLinks: {}, serverTools: {}, message: { text: {} } }, { hostContext: { theme: "light" } });
    bridge.onsizechange = ({ height }) => { frame.style.height = height + "px"; };
    bridge.onopenlink = async (params) => { window.said.push(["link", params]); return {}; };
    bridge.onmessage = async (params) => { window.said.push(["message", params]); return {}; };
    bridge.oncalltool = async (params) => { window.said.push(["call", params]); return result; };
    bridge.oninitialized = async () => {
      await bridge.sendToolInput({ arguments: given });
      await bridge.sendToolResult(result);
      resolve();
    };
    bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow)).then(() => { frame.srcdoc = html; });
  });`;

test.each<Era>(["v1", "v2"])(
  "the extension's own host shows the view, and is asked in its words, client %s",
  { ...needs({ chromium }) },
  async (era) => {
    const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
    const options = {
      stdin: { contents: script, resolveDir: root },
      bundle: true,
      format: "iife",
      write: false,
      platform: "browser",
      logLevel: "error",
    } as const;
    const { outputFiles } = await build(options);
    const page = `<!doctype html><meta charset="utf-8"><body><script>${outputFiles[0]?.text.replaceAll("</script", "<\\/script")}</script>`;
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
