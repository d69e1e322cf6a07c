import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chromium, chromium, screenshot, startBrowser } from "../support/browser.ts";
import { contrasts } from "../support/in-page.ts";
import { needs } from "../support/needs.ts";
import { type ChatOptions, startViewHost, type ViewHost, type ViewInChat } from "../support/view-host.ts";
import { newPlan, startViewed, type Viewed } from "../support/viewed.ts";

let browser: Chromium;
let host: ViewHost;
let viewed: Viewed;
beforeAll(async () => {
  if (!chromium) return;
  [browser, viewed] = await Promise.all([startBrowser(), startViewed()]);
  host = await startViewHost(browser.browser);
});
afterAll(async () => {
  if (!chromium) return;
  await Promise.all([browser.close(), host.close(), viewed.close()]);
});

const textOf = ({ view }: ViewInChat) => view.evaluate("document.body.innerText") as Promise<string>;
const count = ({ view }: ViewInChat, selector: string) =>
  view.evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`) as Promise<number>;
const buttons = ({ view }: ViewInChat) => view.$$eval("button", (all) => all.map(({ textContent }) => textContent));

async function shown(result: object, options: ChatOptions = {}, given: object = {}): Promise<ViewInChat> {
  const chat = await host.open(viewed.html, options);
  await chat.tell("tool-input", { arguments: given });
  await chat.tell("tool-result", result);
  await chat.view.waitForSelector("main, [role=status]");
  return chat;
}

async function press({ view }: ViewInChat, label: string): Promise<void> {
  await view.evaluate(`[...document.querySelectorAll("button")].find((one) => one.textContent === ${JSON.stringify(label)}).click()`);
}

describe("views in a chat", { ...needs({ chromium }) }, () => {
  const answers: [name: string, ask: () => Promise<object>, says: string[]][] = [
    ["trunks", () => viewed.call("list_trunks", { details: true }), ["to look at", "night_line", "nobody may call", "vilnius_sales"]],
    ["trunk", () => viewed.call("get_trunk", { trunk_id: "front_desk" }), ["Calls in", "+918044319241", "44.248.146.11", "Number series"]],
    ["broken", () => viewed.call("get_trunk", { trunk_id: "night_line" }), ["Nobody may call", "No destination: calls end here"]],
    ["diagnosis", () => viewed.call("check_trunk", { trunk_id: "night_line" }), ["calls fail", "Who may call", "Blocks calls", "Repair:"]],
    ["plan", () => viewed.call("plan_trunk", newPlan), ["a person has to agree", "Opened (2)", "44.248.147.0/24", "Made (2)"]],
    [
      "waiting",
      () => viewed.call("exotel_delete_trunk", { trunk_sid: "night_line" }),
      ['Delete trunk "night_line"?', "Lost (2)", "Open the approval page"],
    ],
    ["questions", () => viewed.call("plan_trunk", { provider: "exotel", use_case: "outbound", trunk: "new" }), ["Questions", "caller id"]],
    ["failed", () => viewed.call("get_trunk", { trunk_id: "nowhere" }), ["It was not done"]],
  ];

  describe.each([
    ["light", { width: 760 }],
    ["dark", { width: 760, dark: true, context: { theme: "dark" } }],
    ["narrow", { width: 320 }],
  ] as [string, ChatOptions][])("%s", (look, options) => {
    test.each(answers)("shows %s, readable and whole", async (name, ask, says) => {
      const chat = await shown(await ask(), options);
      const text = await textOf(chat);
      expect(says.filter((words) => !text.includes(words))).toEqual([]);
      expect(await chat.view.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      const { texts } = await chat.view.evaluate(contrasts);
      // Behind a break the way is greyed: no call gets there.
      expect(texts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
      expect(chat.complaints).toEqual([]);
      await screenshot(chat.page, `view-${name}-${look}`);
      await chat.page.close();
    });
  });

  test("waits, is empty, and is stopped in words", async () => {
    const chat = await host.open(viewed.html);
    expect(await textOf(chat)).toBe("Waiting for the answer…");
    await chat.tell("tool-result", { structuredContent: { trunks: [], next_cursor: null, sandbox: true }, content: [] });
    await chat.view.waitForSelector("main");
    expect(await textOf(chat)).toContain("No trunks");
    await chat.tell("tool-cancelled", {});
    await chat.view.waitForSelector("[role=status]");
    expect(await textOf(chat)).toContain("The call was stopped.");
    await chat.page.close();
  });

  test("offers what the host can do, and no more", async () => {
    const trunk = await viewed.call("get_trunk", { trunk_id: "front_desk" });
    const none = await shown(trunk, { capabilities: {} });
    expect(await buttons(none)).toEqual(["Copy the trunk id"]);
    const all = await shown(trunk);
    expect(await buttons(all)).toEqual(["Read again", "Check this trunk", "Copy the trunk id"]);
    await press(all, "Check this trunk");
    await all.answer("tools/call", { result: await viewed.call("get_trunk", { trunk_id: "night_line" }) });
    await press(all, "Read again");
    await all.view.waitForFunction("document.body.innerText.includes('night_line')");
    const heard = (await all.heard()).filter(({ method }) => method === "ui/message" || method === "tools/call");
    expect(heard.map(({ method }) => method)).toEqual(["ui/message", "tools/call"]);
    expect(heard[0]?.params).toMatchObject({ role: "user", content: [{ type: "text", text: expect.stringContaining("Check trunk") }] });
    expect(heard[1]?.params).toMatchObject({ name: "get_trunk" });
    await none.page.close();
    await all.page.close();
  });

  test("approves nothing: its one button opens the page", async () => {
    const waiting = await viewed.call("exotel_delete_trunk", { trunk_sid: "night_line" });
    const chat = await shown(waiting);
    expect(await buttons(chat)).toEqual(["Open the approval page", "Copy the command"]);
    await press(chat, "Open the approval page");
    const asked = async () => (await chat.heard()).filter(({ id }) => id !== undefined).map(({ method }) => method);
    await expect.poll(asked).toEqual(["ui/initialize", "ui/open-link"]);
    const report = JSON.parse((waiting["content"] as { text: string }[])[1]?.text ?? "") as { approve_url: string };
    const opened = (await chat.heard()).find(({ method }) => method === "ui/open-link");
    expect(opened?.params).toEqual({ url: report.approve_url });
    expect(await count(chat, "a, form, input")).toBe(0);
    await chat.page.close();
  });

  test("an address that is no web address is opened by nobody", async () => {
    const error = { code: "approval_required", message: "Wait.", approve_url: "javascript:alert(1)" };
    const chat = await shown({ isError: true, content: [{ type: "text", text: JSON.stringify(error) }] });
    expect(await buttons(chat)).toEqual([]);
    await chat.page.close();
  });

  test("hostile texts stay texts", async () => {
    const evil = `<img src=x onerror="parent.postMessage('got','*')"></p><script>document.title='got'</script>\u202E gnirts ${"x".repeat(10_000)}`;
    const trunk = { provider: "exotel", trunk_id: evil, trunk_name: evil, status: evil, domain_name: evil, attributes: { nso_code: evil } };
    const rows = {
      phone_numbers: [{ phone_number: evil, mode: evil }],
      whitelisted_ips: [{ ip: evil, mask: 32 }],
      destination_uris: [],
      credentials: [],
    };
    const chat = await shown({
      structuredContent: { trunk: { ...trunk, ...rows } },
      content: [],
      _meta: { trunkline: { fields: { nso_code: evil } } },
    });
    expect(await count(chat, "img, script:not(body > script), iframe, a")).toBe(0);
    expect(await chat.view.evaluate("document.title")).toBe("Trunkline");
    expect((await chat.heard()).some((one) => (one as unknown) === "got")).toBe(false);
    expect(await chat.view.evaluate("getComputedStyle(document.querySelector('bdi')).unicodeBidi")).toBe("isolate");
    expect(await chat.view.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await chat.page.close();
  });

  test("a message that is not of the host is not heard", async () => {
    const chat = await host.open(viewed.html);
    const forged = { jsonrpc: "2.0", method: "ui/notifications/tool-result", params: { structuredContent: { trunks: [] }, content: [] } };
    await chat.view.evaluate(`window.postMessage(${JSON.stringify(forged)}, "*")`);
    await chat.view.evaluate("new Promise((done) => setTimeout(done, 50))");
    expect(await textOf(chat)).toBe("Waiting for the answer…");
    await chat.page.close();
  });

  test("reaches neither the network, nor the chat, nor a store, and evaluates nothing", async () => {
    const chat = await shown(await viewed.call("list_trunks"));
    // By the page's own clock: while a debugger evaluates, no policy holds.
    const tried = async (code: string) => {
      const script = `setTimeout(async () => { try { ${code}; window.met = "reached"; } catch (error) { window.met = error.name; } })`;
      await chat.view.evaluate(
        `document.body.append(Object.assign(document.createElement("script"), { textContent: ${JSON.stringify(script)} }))`,
      );
      await chat.view.waitForFunction("window.met");
      return await chat.view.evaluate("(() => { const { met } = window; window.met = undefined; return met; })()");
    };
    await chat.view.evaluate(
      "document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => { window.held = effectiveDirective; })",
    );
    expect(await tried("await fetch('http://127.0.0.1:9/')")).toBe("TypeError");
    expect(await chat.view.evaluate("window.held")).toBe("connect-src");
    expect(await tried("parent.document.body")).toBe("SecurityError");
    expect(await tried("localStorage.length")).toBe("SecurityError");
    expect(await tried("Function('return 1')()")).toBe("EvalError");
    expect(await tried("1")).toBe("reached");
    await chat.page.close();
  });

  test("a host's colours count where they are there, else ours", async () => {
    const variables = { "--color-background-primary": "rgb(1, 2, 3)", "--color-text-primary": "var(--vscode-foreground)" };
    const chat = await shown(await viewed.call("list_trunks"), { context: { theme: "light", styles: { variables } } });
    const style = (property: string) => chat.view.evaluate(`getComputedStyle(document.documentElement)["${property}"]`);
    expect(await style("backgroundColor")).toBe("rgb(1, 2, 3)");
    expect(await style("color")).toBe("rgb(27, 31, 36)");
    await chat.page.close();
  });

  test("300 trunks and 2,000 numbers: few elements at once, found by typing", async () => {
    const trunks = Array.from({ length: 300 }, (_, index) => ({
      provider: "exotel",
      trunk_id: `t${index}`,
      trunk_name: `trunk_${index}`,
      status: "active",
      numbers: [`+9180${44_000_000 + index}`],
    }));
    const list = await shown({ structuredContent: { trunks, next_cursor: null }, content: [] });
    expect(await count(list, ".card")).toBe(30);
    await list.view.type("input", "trunk_29");
    expect(await count(list, ".card")).toBe(11);
    expect(await list.view.$eval("[role=status]", ({ textContent }) => textContent)).toBe("11 of 300");
    await list.page.close();
    const phone_numbers = Array.from({ length: 2_000 }, (_, index) => ({ phone_number: `+9180${44_000_000 + index}` }));
    const trunk = {
      provider: "exotel",
      trunk_id: "t",
      trunk_name: "many",
      phone_numbers,
      whitelisted_ips: [],
      destination_uris: [],
      credentials: [],
    };
    const one = await shown({ structuredContent: { trunk }, content: [] });
    expect(await count(one, "*")).toBeLessThan(400);
    await one.view.$eval("summary", (summary) => summary.click());
    await one.view.waitForFunction("document.querySelectorAll('li').length > 2000");
    await one.page.close();
  });

  test("all of it is reached by keyboard, and has words for who hears it", async () => {
    const chat = await shown(await viewed.call("list_trunks"));
    expect(await count(chat, "h1")).toBe(1);
    expect(await count(chat, "main")).toBe(1);
    expect(await count(chat, "input:not([aria-label])")).toBe(0);
    expect(await count(chat, "[tabindex]")).toBe(0);
    expect(await chat.view.evaluate("document.documentElement.lang")).toBe("en");
    await chat.view.focus("input");
    expect(await chat.view.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
    await chat.page.keyboard.press("Tab");
    expect(await chat.view.evaluate("document.activeElement.textContent")).toBe("Read again");
    await chat.page.close();
  });

  test("asks for as much height as it has, and never for none", async () => {
    const chat = await shown(await viewed.call("list_trunks"));
    const sizes = async () =>
      (await chat.heard()).flatMap(({ method, params }) =>
        method === "ui/notifications/size-changed" ? [params?.["height"] as number] : [],
      );
    await expect
      .poll(async () => (await sizes()).at(-1))
      .toBe(await chat.view.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)"));
    expect(Math.min(...(await sizes()))).toBeGreaterThan(0);
    await chat.page.close();
  });
});
