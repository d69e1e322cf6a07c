import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chromium, chromium, startBrowser } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import { differenceFrom } from "../support/same-picture.ts";
import { type ChatOptions, startViewHost, type ViewHost } from "../support/view-host.ts";
import { newPlan, startViewed, type Viewed } from "../support/viewed.ts";

/** The pictures were taken with these letters. */
const dejavu = fontOf("system-ui") === "DejaVu Sans" && fontOf("monospace") === "DejaVu Sans Mono" ? "as system-ui" : undefined;

function fontOf(family: string): string {
  try {
    return execFileSync("fc-match", ["-f", "%{family}", family], { encoding: "utf8" });
  } catch {
    return "";
  }
}

let browser: Chromium;
let host: ViewHost;
let viewed: Viewed;
const runs = chromium !== undefined && dejavu !== undefined;
beforeAll(async () => {
  if (!runs) return;
  [browser, viewed] = await Promise.all([startBrowser(), startViewed()]);
  host = await startViewHost(browser.browser);
});
afterAll(async () => {
  if (runs) await Promise.all([browser.close(), host.close(), viewed.close()]);
});

const looks: Record<string, ChatOptions> = {
  light: { width: 760, context: { theme: "light" } },
  dark: { width: 760, dark: true, context: { theme: "dark" } },
  narrow: { width: 320, context: { theme: "light" } },
};

const states: [name: string, looks: string[], tool: string, given: Record<string, unknown>][] = [
  ["trunks", ["light"], "list_trunks", { provider: "exotel", details: true }],
  ["trunk", ["light", "dark"], "get_trunk", { trunk_id: "front_desk" }],
  ["broken", ["light"], "get_trunk", { trunk_id: "night_line" }],
  ["diagnosis", ["light", "narrow"], "check_trunk", { trunk_id: "night_line" }],
  ["plan", ["light"], "plan_trunk", newPlan],
  ["connection", ["light"], "connect_trunk", { provider: "exotel", numbers: ["+918044319249"], agent_name: "front-desk" }],
  ["waiting", ["light"], "exotel_delete_trunk", { trunk_sid: "night_line" }],
  ["questions", ["light"], "plan_trunk", { provider: "exotel", use_case: "outbound", trunk: "new" }],
];

/** Pictures that a page of the documents shows. */
const documented: Record<string, string> = { connection: "../../docs/images" };

/** Ids and times are others in every run. */
function settled(result: object): object {
  const text = JSON.stringify(result)
    .replaceAll(/trmum\w+/g, "trmum100000000000000000001n")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, "6c6c2578-5084-415b-9441-40480a77461b")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-11-28T12:00:00Z")
    .replaceAll(/apr_[\w-]+/g, "apr_1")
    .replaceAll(/TRUNKLINE_HOME=\S+ \S+ (?:\S+ )?approve/g, "trunkline approve")
    .replaceAll(/"user_name":"\w+"/g, '"user_name":"login"')
    .replaceAll(/"logins":\["\w+"\]/g, '"logins":["login"]');
  return JSON.parse(text) as object;
}

describe("views look as the pictures that are kept", { ...needs({ chromium, "DejaVu fonts": dejavu }) }, () => {
  test.each(states.flatMap(([name, all, tool, given]) => all.map((look) => [name, look, tool, given] as const)))(
    "%s, %s",
    async (name, look, tool, given) => {
      const options = looks[look] ?? {};
      const chat = await host.open(viewed.html, options);
      await chat.view.evaluate("Date.prototype.toLocaleTimeString = () => '12:00 UTC'");
      await chat.tell("tool-result", settled(await viewed.call(tool, given)));
      await chat.view.waitForSelector("main");
      const height = (await chat.view.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)")) as number;
      await chat.page.setViewport({ width: options.width ?? 760, height, isMobile: (options.width ?? 760) < 500 });
      await chat.view.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      const shot = await chat.page.screenshot({ captureBeyondViewport: false });
      const file = join(import.meta.dirname, documented[name] ?? "baselines", `${name}-${look}.png`);
      if (process.env["UPDATE"] === "1") writeFileSync(file, shot);
      expect(await differenceFrom(file, shot, chat.page)).toBeLessThan(0.02);
      await chat.page.close();
    },
  );

  test("a picture that is another one is found", async () => {
    const chat = await host.open(viewed.html, looks["light"]);
    const shot = await chat.page.screenshot({ captureBeyondViewport: false, clip: { x: 0, y: 0, width: 760, height: 300 } });
    expect(await differenceFrom(join(import.meta.dirname, "baselines", "trunk-light.png"), shot, chat.page)).toBeGreaterThan(0.02);
    await chat.page.close();
  });
});
