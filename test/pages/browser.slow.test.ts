import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Frame, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { onceRef, Secret } from "../../src/core/secret.ts";
import { quoteText } from "../../src/core/text.ts";
import { type Chromium, chromium, screenshot, startBrowser, visit } from "../support/browser.ts";
import { deletionOf } from "../support/consequence.ts";
import { contrasts, focusedElement, obstacles, pageWidth, stretches } from "../support/in-page.ts";
import { needs } from "../support/needs.ts";
import { open, type Pages, startPages } from "../support/pages.ts";

let started: Chromium;
let pages: Pages;
beforeAll(async () => {
  if (chromium) started = await startBrowser();
});
afterAll(async () => {
  if (chromium) await started.close();
});
beforeEach(async () => {
  pages = await startPages();
});
afterEach(() => pages.close());

const stateOf = async (id: string) => (await pages.approvals.find(id))?.state;
const heading = (page: Page) => page.$eval("h1", ({ textContent }) => textContent);
const settled = (page: Page, act: () => Promise<unknown>) => Promise.all([page.waitForNavigation(), act()]);

/** Of a frame that the browser may have taken away meanwhile. */
async function contentOf(frame: Frame): Promise<string> {
  try {
    return await frame.content();
  } catch {
    return "";
  }
}

async function asked(options: Parameters<typeof visit>[1] = {}, consequence: Parameters<Pages["ask"]>[0] = {}) {
  const id = await pages.ask(consequence);
  const url = await pages.page.urlOf(id);
  const visitor = await visit(started.browser, options);
  await visitor.page.goto(url);
  // The browser gives the first field its focus a moment after the page has loaded: keys that come before go elsewhere.
  await visitor.page.waitForFunction("[...document.querySelectorAll('[autofocus]')].every((field) => field.matches(':focus'))");
  return { id, url, ...visitor };
}

describe("in a real browser, a person", needs({ chromium }), () => {
  test("approves by keyboard alone, in the order of reading, seeing where they are", async () => {
    await pages.pin.set("4711 is long");
    const { id, page, complaints } = await asked();
    const stops: string[] = [];
    for (let stop = 0; stop < 4; stop++) {
      // The first field has the focus when the page opens.
      if (stop > 0) await page.keyboard.press("Tab");
      const { what, outline } = await page.evaluate(focusedElement);
      expect(outline).toBe("solid 3px");
      stops.push(what);
    }
    expect(stops).toEqual(["name", "pin", "Delete trunk", "Refuse"]);
    for (let back = 0; back < 3; back++) {
      await page.keyboard.down("Shift");
      await page.keyboard.press("Tab");
      await page.keyboard.up("Shift");
    }
    await page.keyboard.type("outbound_trunk");
    await page.keyboard.press("Tab");
    await page.keyboard.type("4711 is long");
    await page.keyboard.press("Tab");
    await settled(page, () => page.keyboard.press("Enter"));
    expect(await heading(page)).toBe("Approved");
    await screenshot(page, "approved");
    expect(await stateOf(id)).toBe("granted");
    expect(complaints).toEqual([]);
  });

  test("refuses, with the space bar, having typed nothing", async () => {
    const { id, page, complaints } = await asked();
    for (let stop = 0; stop < 2; stop++) await page.keyboard.press("Tab");
    await settled(page, () => page.keyboard.press("Space"));
    expect(await heading(page)).toBe("Refused");
    await screenshot(page, "refused");
    expect(await stateOf(id)).toBe("refused");
    expect(complaints).toEqual([]);
  });

  test("types another name, is told so where they type, mends it and approves with Enter", async () => {
    const { id, page } = await asked();
    await page.type("#name", "outbound_trunk2");
    await settled(page, () => page.click("button[value=approve]"));
    await screenshot(page, "wrong-name");
    await page.waitForSelector("[aria-invalid]:focus");
    expect(await page.title()).toBe('Error: Delete trunk "outbound_trunk"? - Trunkline');
    const focused = await page.evaluate(focusedElement);
    expect(focused.what).toBe("name");
    expect(focused.describedBy).toBe("This is not what you were asked to type. Nothing was decided.");
    expect(await page.$eval("[role=alert]", ({ textContent }) => textContent)).toContain("not what you were asked to type");
    expect(await stateOf(id)).toBe("pending");
    await page.keyboard.press("End");
    await page.keyboard.press("Backspace");
    await settled(page, () => page.keyboard.press("Enter"));
    expect(await stateOf(id)).toBe("granted");
  });

  test("types a wrong PIN until it is locked, and reads so", async () => {
    await pages.pin.set("4711 is long");
    const { id, page } = await asked();
    for (let tries = 0; tries < 6; tries++) {
      if (tries > 0) await page.waitForSelector("[aria-invalid]:focus");
      if (tries === 0) await page.type("#name", "outbound_trunk");
      await page.type("#pin", "guess-me");
      await settled(page, () => page.keyboard.press("Enter"));
    }
    expect(await page.$eval("#pin-error", ({ textContent }) => textContent)).toContain("locked for 15 minutes");
    await screenshot(page, "pin-locked");
    expect(await page.evaluate(obstacles)).toEqual([]);
    expect(await stateOf(id)).toBe("pending");
  });

  test("has no JavaScript, opens two tabs, and reloads: the form still works", async () => {
    const { id, url, page } = await asked();
    await page.setJavaScriptEnabled(false);
    const second = await page.browserContext().newPage();
    await second.goto(url);
    await page.bringToFront();
    await page.reload();
    await page.type("#name", "outbound_trunk");
    await settled(page, () => page.keyboard.press("Enter"));
    expect(await stateOf(id)).toBe("granted");
    await second.bringToFront();
    await second.type("#name", "outbound_trunk");
    await settled(second, () => second.keyboard.press("Enter"));
    expect(await second.$eval("[role=alert]", ({ textContent }) => textContent)).toContain("your press changed nothing");
    await screenshot(second, "decided-before");
  });

  test("sees a secret once", async () => {
    await pages.secrets.keep(new Secret("Kx7#pq-92 vZ", "secret:exotel/trmum1c2/sip"));
    const { page, complaints } = await visit(started.browser);
    const url = await pages.page.revealUrlOf("secret:exotel/trmum1c2/sip");
    await page.goto(url);
    await screenshot(page, "secret-before");
    await settled(page, () => page.click("button"));
    expect(await page.$eval(".secret", ({ textContent }) => textContent)).toBe("Kx7#pq-92 vZ");
    await screenshot(page, "secret-shown");
    expect(await page.evaluate(obstacles)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.goBack();
    await page.goForward();
    expect(await page.content()).not.toContain("Kx7#pq");
  });
});

const long = "w".repeat(400);
const names = {
  plain: "outbound_trunk",
  long,
  "long in Hindi": "आउटबाउंड ".repeat(44),
  "long in Arabic": "خط-صادر".repeat(57),
};

describe.each([
  ["light", false],
  ["dark", true],
])("on a phone, %s", needs({ chromium }), (scheme, dark) => {
  test.each(Object.entries(names))("a %s name fits, and everything can be read", async (kind, name) => {
    await pages.pin.set("4711 is long");
    const { page } = await asked({ width: 360, height: 640, dark }, deletionOf(name, [`Number ${quoteText(name, 400)} is taken off.`]));
    await screenshot(page, `phone-${scheme}-${kind.replaceAll(" ", "-")}`);
    expect(await page.evaluate(pageWidth)).toBe(360);
    await page.setViewport({ width: 320, height: 500, isMobile: true });
    expect(await page.evaluate(pageWidth)).toBe(320);
    expect(await page.evaluate(obstacles)).toEqual([]);
    await settled(page, () => page.click("button[value=approve]"));
    // The browser moves there when it first draws the page.
    await page.waitForSelector("[aria-invalid]:focus");
    const { texts, edges } = await page.evaluate(contrasts);
    expect(texts.length).toBeGreaterThan(12);
    expect(texts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    // Two fields, two buttons, and the mark around the field in which the person is.
    expect(edges).toHaveLength(5);
    expect(edges.filter(({ ratio }) => ratio < 3)).toEqual([]);
  });
});

describe("a hostile name in a real browser", needs({ chromium }), () => {
  test.each([
    ["Hebrew", "שלום 12"],
    ["Arabic with digits", "خط 5 (7"],
    ["direction marks", "\u202eabc\u2066"],
  ])("in %s leaves our words where they are", async (_, name) => {
    const { page } = await asked({ width: 1000 }, deletionOf("x", [`Cut ${quoteText(name)} 9 of 12 now.`]));
    const [before, middle, after] = await page.evaluate(stretches);
    expect([before?.text, after?.text]).toEqual(["Cut ", " 9 of 12 now."]);
    // A number after a name that is written from right to left would go to its left.
    expect(before?.right).toBeLessThanOrEqual((middle?.left ?? 0) + 1);
    expect(middle?.right).toBeLessThanOrEqual((after?.left ?? 0) + 1);
  });

  test("runs nothing, loads nothing and draws nothing of its own", async () => {
    const name = `"><img src=x onerror=alert(1)><style>*{display:none}</style><h1>Approved</h1>`;
    const { page, complaints } = await asked({}, deletionOf(name, [`Delete ${name} and "${name}".`]));
    await screenshot(page, "hostile");
    expect(await page.$$("h1, img")).toHaveLength(1);
    expect(await page.$eval("h1", ({ textContent }) => textContent)).toBe(`Delete trunk ${quoteText(name)}?`);
    expect(complaints).toEqual([]);
  });
});

describe("another page in the same browser", needs({ chromium }), () => {
  let elsewhere: Server;
  let served = "";
  const at = (host: string) => `http://${host}:${(elsewhere.address() as AddressInfo).port}/`;
  beforeEach(async () => {
    elsewhere = createServer((_, response) => response.setHeader("content-type", "text/html").end(served)).listen(0, "127.0.0.1");
    await new Promise((resolve) => elsewhere.once("listening", resolve));
  });
  afterEach(() => {
    elsewhere.closeAllConnections();
    elsewhere.close();
  });

  test.each(["localhost", "127.0.0.1"])("at %s cannot frame it", async (host) => {
    const { url, page } = await asked();
    served = `<iframe src="${url}"></iframe><object data="${url}"></object><embed src="${url}">`;
    await page.goto(at(host), { waitUntil: "load" });
    expect(page.frames().length).toBeGreaterThan(1);
    const shown = await Promise.all(page.frames().slice(1).map(contentOf));
    for (const content of shown) expect(content).not.toMatch(/outbound_trunk|<form/);
  });

  // The worst case: it learnt the token, and the person has the page open, so that the cookie is there.
  test.each(["localhost", "127.0.0.1"])("at %s cannot send the form, by a form or by a script", async (host) => {
    const { id, url, page } = await asked();
    const { token } = await open(url);
    const fields = `<input name=token value="${token}"><input name=name value=outbound_trunk><input name=decision value=approve>`;
    served = `<form method=post action="${url}">${fields}</form>`;
    await page.goto(at(host));
    await settled(page, () => page.$eval("form", (form) => (form as unknown as { submit(): void }).submit()));
    expect(await heading(page)).toBe("Not accepted");
    expect(await stateOf(id)).toBe("pending");
    await page.goto(at(host));
    const body = JSON.stringify(`token=${token}&name=outbound_trunk&decision=approve`);
    const type = "application/x-www-form-urlencoded";
    const script = `fetch("${url}", { method: "POST", mode: "no-cors", credentials: "include", headers: { "content-type": "${type}" }, body: ${body} }).then(() => 1, () => 2)`;
    await page.evaluate(script);
    expect(await stateOf(id)).toBe("pending");
    // Nor read it.
    expect(await page.evaluate(`fetch("${url}", { credentials: "include" }).then((r) => r.text(), () => "refused")`)).toBe("refused");
  });

  test("a name that points at this machine reaches nothing", async () => {
    const { url, page } = await asked();
    const response = await page.goto(url.replace("127.0.0.1", "evil.example"));
    expect(response?.status()).toBe(421);
    expect(await page.content()).not.toContain("outbound_trunk");
  });

  test("a link in it opens the page, and the form works", async () => {
    const { id, url, page } = await asked();
    served = `<a href="${url}">open</a>`;
    await page.goto(at("localhost"));
    await settled(page, () => page.click("a"));
    await page.type("#name", "outbound_trunk");
    await settled(page, () => page.keyboard.press("Enter"));
    expect(await stateOf(id)).toBe("granted");
  });
});

test.each([
  ["light", false],
  ["dark", true],
])("on a desk, %s, it looks like this", needs({ chromium }), async (scheme, dark) => {
  await pages.pin.set("4711 is long");
  const { id, page } = await asked({ dark });
  await screenshot(page, `desk-${scheme}`);
  await pages.approvals.decide(id, true, "page");
  await pages.approvals.claim(id, { principal: "local", tool: "exotel_delete_trunk", arguments: "a", fingerprint: "f" });
  await page.reload();
  expect(await heading(page)).toBe("Approved and used");
  await screenshot(page, `used-${scheme}`);
  const answer = await page.goto(`${await pages.page.urlOf("apr_none")}`);
  expect(answer?.status()).toBe(404);
  await screenshot(page, `unknown-${scheme}`);
  const numbers = Array.from({ length: 200 }, (_, index) => `Number +9180443${19_000 + index} is taken off.`);
  const where = { sandbox: dark, text: dark ? "SANDBOX: no carrier is touched" : "LIVE: Exotel account acme1" };
  const many = await asked({ dark }, { ...deletionOf("outbound_trunk", numbers), where });
  await screenshot(many.page, `many-${scheme}`);
  // A person who opens it begins to read at its top, not in the field below two hundred losses.
  expect(await many.page.evaluate("[scrollY, document.activeElement.tagName]")).toEqual([0, "BODY"]);
  const { texts } = await many.page.evaluate(contrasts);
  expect(texts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
  expect(texts.length).toBeGreaterThan(200);
  const ref = onceRef(pages.clock.now() + 600_000, "1/outbound_trunk for Asterisk");
  await pages.secrets.keep(new Secret(JSON.stringify([{ name: "pjsip.conf", text: "[trunk]\ntype = endpoint\n" }]), ref));
  await page.goto(await pages.page.revealUrlOf(ref));
  // The PIN has the focus.
  await page.keyboard.type("4711 is long");
  await settled(page, () => page.keyboard.press("Enter"));
  await screenshot(page, `files-${scheme}`);
  expect(await page.$eval("pre", ({ textContent }) => textContent)).toBe("[trunk]\ntype = endpoint\n");
  const late = await asked({ dark });
  pages.pass(600_000);
  await late.page.reload();
  expect(await heading(late.page)).toBe("Expired");
  await screenshot(late.page, `expired-${scheme}`);
});
