import type { Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chromium, chromium, screenshot, startBrowser, visit } from "../support/browser.ts";
import { type Hosted, sha256, startHosted, token } from "../support/hosted.ts";
import { contrasts } from "../support/in-page.ts";
import { type Issuer, startIssuer } from "../support/issuer.ts";
import { needs } from "../support/needs.ts";

const passphrase = "correct horse battery staple";

let started: Chromium;
let issuer: Issuer;
let hosted: Hosted;
beforeAll(async () => {
  if (chromium) started = await startBrowser();
  issuer = await startIssuer();
  hosted = await startHosted({
    issuers: [{ issuer: issuer.url, client_id: "pages" }],
    tokens: [{ ...token("amir", "acme"), approval_sha256: sha256(passphrase) }],
    tenants: { acme: { sandbox: true, principals: [`${issuer.url}|alice`] } },
  });
  issuer.register("pages", new URL("/signin/callback", hosted.serving.url).href);
});
afterAll(async () => {
  if (chromium) await started.close();
  await hosted.close();
  await issuer.close();
});

const heading = (page: Page) => page.$eval("h1", ({ textContent }) => textContent);
const settled = (page: Page, act: () => Promise<unknown>) => Promise.all([page.waitForNavigation(), act()]);

async function asking(bearer: string, trunk_name: string) {
  const agent = await hosted.client(bearer);
  const { trunk } = (await agent.call("exotel_create_trunk", { trunk_name })).value;
  const remove = (more: object = {}) => agent.call("exotel_delete_trunk", { trunk_sid: trunk.trunk_id, ...more });
  const { approve_url, approval } = (await remove()).value;
  return { url: String(approve_url), again: () => remove({ approval }) };
}

async function approve(page: Page, name: string): Promise<void> {
  await page.type("#name", name);
  await settled(page, () => page.click("button[value=approve]"));
  expect(await heading(page)).toBe("Approved");
}

describe("in a real browser, a person", needs({ chromium }), () => {
  test("comes from a link on another site, signs in at the issuer, comes back and approves", async () => {
    const { url, again } = await asking(
      await issuer.sign({
        ...{ iss: issuer.url, sub: "alice", aud: hosted.serving.url, exp: Date.now() / 1_000 + 300 },
        scope: "trunks:read trunks:write trunks:delete",
      }),
      "at_the_issuer",
    );
    const { page, complaints } = await visit(started.browser);
    // Cross-site, as from a chat: neither cookie may depend on where the visit began.
    await page.goto(`data:text/html,<a href="${url}">approve</a>`);
    await settled(page, () => page.click("a"));
    expect(await heading(page)).toBe("Sign in");
    await screenshot(page, "sign-in");
    for (const { what, ratio } of (await page.evaluate(contrasts)).texts) expect(ratio, what).toBeGreaterThanOrEqual(4.5);
    await settled(page, () => page.click("a.button"));
    await page.type("input[name=login]", "alice");
    await page.type("input[name=password]", "any");
    await settled(page, () => page.click("button[type=submit]"));
    await settled(page, () => page.click("button[type=submit]"));
    expect([page.url(), await heading(page)]).toEqual([url, expect.stringContaining("Delete trunk")]);
    await approve(page, "at_the_issuer");
    expect((await again()).isError).toBe(false);
    expect(complaints.filter((line) => line.includes(new URL(url).host))).toEqual([]);
  });

  test("signs in with a token and its passphrase after one wrong try, approves, and a second link needs no signing in", async () => {
    const { url, again } = await asking("amir", "by_token");
    const { page, complaints } = await visit(started.browser, { dark: true });
    await page.goto(url);
    for (const typed of ["wrong", passphrase]) {
      await page.type("#access_token", "amir");
      await page.type("#passphrase", typed);
      await settled(page, () => page.click("form button"));
      await screenshot(page, `sign-in-${typed.length}`);
    }
    expect([page.url(), await heading(page)]).toEqual([url, expect.stringContaining("Delete trunk")]);
    await approve(page, "by_token");
    expect((await again()).isError).toBe(false);
    const second = await asking("amir", "by_token_2");
    await page.goto(second.url);
    await approve(page, "by_token_2");
    expect(complaints.filter((line) => !line.includes("403"))).toEqual([]);
  });
});
