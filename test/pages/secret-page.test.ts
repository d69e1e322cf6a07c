import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Log, LogFields } from "../../src/core/log.ts";
import { Secret } from "../../src/core/secret.ts";
import { open, type Pages, press, send, startPages } from "../support/pages.ts";

const ref = "secret:exotel/trmum1c2/sip";
const show = { decision: "show" };

let pages: Pages;
let logged: string[];
beforeEach(async () => {
  logged = [];
  const note = (fields: LogFields, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  pages = await startPages({ log });
  await pages.secrets.keep(new Secret("Kx7#pq-92 vZ", ref));
});
afterEach(() => pages.close());

describe("a secret", () => {
  test("is shown after a press, once, and nowhere before or after", async () => {
    const url = await pages.page.revealUrlOf(ref);
    expect(url).not.toContain("trmum1c2");
    expect((await send(url)).body).not.toContain("Kx7#pq");
    expect((await send(url, { method: "HEAD" })).status).toBe(200);
    const opened = await open(url);
    const shown = await press(opened, show);
    expect(shown.status).toBe(200);
    expect(shown.body).toContain('<code class="secret">Kx7#pq-92 vZ</code>');
    expect(shown.headers["cache-control"]).toBe("no-store");
    for (const answer of [await send(url), await press(opened, show)]) {
      expect(answer.status).toBe(404);
      expect(answer.body).not.toContain("Kx7#pq");
    }
    expect(logged.join("\n")).not.toContain("Kx7#pq");
    expect(logged.join("\n")).not.toContain(new URL(url).pathname.slice(8));
  });

  test("is shown to one of ten presses at once", async () => {
    const opened = await open(await pages.page.revealUrlOf(ref));
    // Each of them has read the secret before any of them answers.
    const find = pages.secrets.find.bind(pages.secrets);
    const found: (() => void)[] = [];
    pages.secrets.find = async (which) => {
      const secret = await find(which);
      await new Promise<void>((resolve) => {
        found.push(resolve);
        if (found.length === 10) for (const go of found) go();
      });
      return secret;
    };
    const answers = await Promise.all(Array.from({ length: 10 }, () => press(opened, show)));
    expect(answers.filter(({ body }) => body.includes("Kx7#pq"))).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(9);
  });

  test("is not shown without the page's own token and cookie", async () => {
    const opened = await open(await pages.page.revealUrlOf(ref));
    for (const attempt of [
      await press({ ...opened, token: "x" }, show),
      await press({ ...opened, cookie: "" }, show),
      await press(opened, show, { headers: { "sec-fetch-site": "cross-site" } }),
      await press(opened, show, { headers: { host: "evil.example" } }),
    ]) {
      expect(attempt.status).toBeGreaterThanOrEqual(400);
      expect(attempt.body).not.toContain("Kx7#pq");
    }
    expect((await press(opened, show)).body).toContain("Kx7#pq");
  });

  test("waits for ten minutes, no longer", async () => {
    const opened = await open(await pages.page.revealUrlOf(ref));
    pages.pass(600_000);
    expect((await press(opened, show)).status).toBe(404);
  });

  test("takes the PIN when one is set; a wrong one leaves the address as it was", async () => {
    await pages.pin.set("4711 is long");
    const opened = await open(await pages.page.revealUrlOf(ref));
    expect(await press(opened, show)).toMatchObject({ status: 422, body: expect.stringContaining("The PIN is missing") });
    expect(await press(opened, { ...show, pin: "wrong" })).toMatchObject({ status: 403, body: expect.stringContaining("PIN is wrong") });
    expect((await press(opened, { ...show, pin: "4711 is long" })).body).toContain("Kx7#pq");
  });

  test("has one address for each time it is asked for; a hundred of them wait at most", async () => {
    const urls: string[] = [];
    for (let asked = 0; asked < 101; asked++) urls.push(await pages.page.revealUrlOf(ref));
    expect(new Set(urls).size).toBe(101);
    expect((await send(urls[0] ?? "")).status).toBe(404);
    expect((await send(urls[1] ?? "")).status).toBe(200);
  });

  test("that is not kept has nothing to show", async () => {
    const opened = await open(await pages.page.revealUrlOf("secret:exotel/none/sip"));
    expect((await press(opened, show)).status).toBe(404);
  });

  test.each([
    ["markup", '</code><script>alert("&amp;")</script>', "&#60;/code&#62;&#60;script&#62;alert(&#34;&#38;amp;&#34;)&#60;/script&#62;"],
    ["what a screen hides", "a\u200bb\u202e\n", "&#34;a\\u200bb\\u202e\\n&#34;"],
    ["letters of another script", "pässword", "pässword"],
    ["a blank at its end", "trailing ", "&#34;trailing &#34;"],
  ])("with %s is shown exactly", async (_, secret, shown) => {
    await pages.secrets.keep(new Secret(secret, ref));
    const { body } = await press(await open(await pages.page.revealUrlOf(ref)), show);
    expect(body).toContain(`<code class="secret">${shown}</code>`);
  });
});
