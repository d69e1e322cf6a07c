import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLog } from "../../src/core/log.ts";
import { Secret } from "../../src/core/secret.ts";
import { createApprovalPage } from "../../src/pages/pages.ts";
import { deletionOf } from "../support/consequence.ts";
import { type Opened, open, type Pages, press, send, startPages } from "../support/pages.ts";

let pages: Pages;
beforeEach(async () => {
  pages = await startPages({ timing: { headersMs: 300, requestMs: 3_000, idleMs: 300 } });
});
afterEach(() => pages.close());

const yes = { decision: "approve", name: "outbound_trunk" };

async function asked(): Promise<{ id: string; url: string }> {
  const id = await pages.ask();
  return { id, url: await pages.page.urlOf(id) };
}

const stateOf = async (id: string) => (await pages.approvals.find(id))?.state;

describe("what another page or program tries", () => {
  const own = (url: string) => new URL(url).origin;

  test.each<[string, (opened: Opened) => Parameters<typeof press>[2], number]>([
    ["another Host (a name that points at loopback)", () => ({ headers: { host: "evil.example" } }), 421],
    ["the Host localhost", ({ url }) => ({ headers: { host: `localhost:${new URL(url).port}` } }), 421],
    ["the Host without its port", () => ({ headers: { host: "127.0.0.1" } }), 421],
    ["another Origin", () => ({ headers: { origin: "https://evil.example" } }), 403],
    [
      "another Origin that no Sec-Fetch-Site betrays",
      () => ({ headers: { origin: "https://evil.example", "sec-fetch-site": undefined } }),
      403,
    ],
    ["another port's Origin", () => ({ headers: { origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site" } }), 403],
    ["an opaque Origin from elsewhere", () => ({ headers: { "sec-fetch-site": "cross-site" } }), 403],
    ["an opaque Origin that nothing vouches for", () => ({ headers: { "sec-fetch-site": undefined } }), 403],
    ["our Origin, but cross-site", ({ url }) => ({ headers: { origin: own(url), "sec-fetch-site": "cross-site" } }), 403],
    ["no Origin, but cross-site", () => ({ headers: { origin: undefined, "sec-fetch-site": "cross-site" } }), 403],
    ["no Origin and another token", () => ({ headers: { origin: undefined }, fields: { token: "x".repeat(43) } }), 403],
    ["no token", () => ({ fields: { token: "" } }), 403],
    ["a token with a flipped letter", ({ token }) => ({ fields: { token: token.replace(/^./, (c) => (c === "A" ? "B" : "A")) } }), 403],
    ["no cookie", () => ({ headers: { cookie: undefined } }), 403],
    ["another cookie", ({ cookie }) => ({ headers: { cookie: `${cookie.split("=")[0]}=${"x".repeat(43)}` } }), 403],
    ["a body that a script sends without asking first", () => ({ headers: { "content-type": "text/plain" } }), 415],
    ["JSON", () => ({ headers: { "content-type": "application/json" } }), 415],
    ["no type at all", () => ({ headers: { "content-type": undefined } }), 415],
    ["a body of more than 4 kB", () => ({ fields: { name: "x".repeat(5000) } }), 413],
  ])("%s: nothing is decided", async (_, change, status) => {
    const { id, url } = await asked();
    const opened = await open(url);
    expect((await press(opened, yes, change(opened))).status).toBe(status);
    expect(await stateOf(id)).toBe("pending");
    // The same press without the attack goes through: it was the attack that was refused.
    expect((await press(opened, yes)).status).toBe(200);
  });

  test.each([
    ["with our Origin stated", (url: string) => ({ origin: own(url) })],
    ["from a program, with the page's token", () => ({ origin: undefined, "sec-fetch-site": undefined })],
  ])("a form %s is taken", async (_, headers) => {
    const { id, url } = await asked();
    await press(await open(url), yes, { headers: headers(url) });
    expect(await stateOf(id)).toBe("granted");
  });

  test("one approval's form does not decide another, nor its token open a secret", async () => {
    const [one, two] = [await asked(), await asked()];
    const [opened, other] = [await open(one.url), await open(two.url)];
    expect((await press({ ...opened, url: two.url }, yes)).status).toBe(403);
    expect((await press({ ...opened, url: two.url, cookie: other.cookie }, yes)).status).toBe(403);
    expect(await stateOf(two.id)).toBe("pending");
    await pages.secrets.keep(new Secret("hunter2", "secret:exotel/t/sip"));
    const url = await pages.page.revealUrlOf("secret:exotel/t/sip");
    expect((await press({ ...opened, url }, { decision: "show" })).body).not.toContain("hunter2");
  });

  test("the same page of another process, or of this one before a restart, is not taken: its key is another", async () => {
    const elsewhere = createApprovalPage({ ...pages, log: silentLog });
    const { id, url } = await asked();
    const own = await open(url);
    const { token, cookie } = await open(await elsewhere.urlOf(id));
    const renamed = `${own.cookie.split("=")[0]}=${cookie.split("=")[1]}`;
    expect((await press({ url, token, cookie: renamed }, yes)).status).toBe(403);
    expect(await stateOf(id)).toBe("pending");
    await elsewhere.close();
  });

  test("a field sent twice counts as not sent", async () => {
    const { id, url } = await asked();
    const { token, cookie } = await open(url);
    const body = new URLSearchParams([
      ["token", token],
      ["name", "outbound_trunk"],
      ["decision", "refuse"],
      ["decision", "approve"],
    ]).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded", cookie };
    expect((await send(url, { method: "POST", headers, body })).status).toBe(400);
    expect(await stateOf(id)).toBe("pending");
  });

  test.each(["iframe", "frame", "embed", "object", "image", "script", "empty"])(
    "the page is not given to load as %s",
    async (destination) => {
      const { url } = await asked();
      const headers = { "sec-fetch-dest": destination, "sec-fetch-site": "cross-site" };
      const { status, body } = await send(url, { headers });
      expect(status).toBe(403);
      expect(body).not.toContain("outbound_trunk");
    },
  );

  test("a link in a chat opens it, whatever the chat adds to the address", async () => {
    const { url } = await asked();
    const headers = { "sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "sec-fetch-site": "cross-site" };
    expect((await send(`${url}?utm_source=chat`, { headers })).status).toBe(200);
  });

  test.each(["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])("%s is not allowed, and told what is", async (method) => {
    const { id, url } = await asked();
    const answer = await send(url, { method });
    expect(answer).toMatchObject({ status: 405, headers: { allow: "GET, HEAD, POST" } });
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    expect(await stateOf(id)).toBe("pending");
  });

  test("HEAD answers as GET, without the page", async () => {
    const { url } = await asked();
    const [head, get] = [await send(url, { method: "HEAD" }), await send(url)];
    expect(head.status).toBe(200);
    expect(head.body).toBe("");
    expect(head.headers["content-length"]).toBe(get.headers["content-length"]);
  });

  test.each([
    "/",
    "/approve",
    "/approve/",
    "/secret",
    "/secret/",
    "/approve/apr_1",
    "/approve/..%2f",
    "/approve/a/b",
    "/favicon.ico",
    "//x",
  ])("%s lists nothing and finds nothing", async (path) => {
    const { id, url } = await asked();
    const { status, body } = await send(`${own(url)}${path}`);
    expect(status).toBe(404);
    expect(body).not.toContain(id);
    expect(body).not.toContain("outbound_trunk");
  });

  test("a page tells of its own approval only", async () => {
    const { id: other } = await asked();
    const hidden = await pages.ask(deletionOf("other_trunk"));
    const { url } = await asked();
    const { body } = await send(url);
    for (const foreign of [other, hidden, "other_trunk"]) expect(body).not.toContain(foreign);
  });

  test("every answer, good or bad, carries the strict headers", async () => {
    const { url } = await asked();
    const answers = [
      await send(url),
      await send(`${url}0`),
      await send(url, { method: "PUT" }),
      await send(url, { headers: { host: "evil.example" } }),
      await press(await open(url), yes),
    ];
    for (const { headers } of answers) {
      expect(headers["content-security-policy"]).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
      );
      expect(headers).toMatchObject({
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "content-type": "text/html; charset=utf-8",
      });
    }
    expect((await send(`${own(url)}/approve/none`)).headers).not.toHaveProperty("set-cookie");
  });

  test("the cookie is for this page, this site and no script", async () => {
    const { url } = await asked();
    const [cookie] = (await send(url)).headers["set-cookie"] ?? [];
    expect(cookie).toMatch(
      new RegExp(`^trunkline_${new URL(url).port}=[\\w-]{43}; Path=${new URL(url).pathname}; HttpOnly; SameSite=Strict; Max-Age=900$`),
    );
  });
});

/** The bytes that come back on a bare connection until it is closed, and how long that took. */
function talk(url: string, bytes: string[], everyMs: number): Promise<{ text: string; ms: number }> {
  const { port } = new URL(url);
  const started = Date.now();
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(Number(port), "127.0.0.1");
    const timer = setInterval(() => {
      const next = bytes.shift();
      if (next !== undefined) socket.write(next);
    }, everyMs);
    socket.on("data", (chunk) => {
      text += chunk.toString();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(timer);
      resolve({ text, ms: Date.now() - started });
    });
  });
}

describe("clients that are slow or broken", () => {
  const post = (url: string) => `POST ${new URL(url).pathname} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n`;
  const formType = "Content-Type: application/x-www-form-urlencoded\r\n";

  test.each<[string, number, (url: string) => string[]]>([
    ["says nothing", 2_900, () => []],
    ["sends its headers a letter at a time", 2_900, (url) => [...post(url)]],
    ["never ends its headers", 2_900, (url) => [post(url), ...Array(100).fill("X-More: 1\r\n")]],
    ["sends its body a letter at a time", 6_000, (url) => [`${post(url)}${formType}Content-Length: 4000\r\n\r\n`, ..."x".repeat(4000)]],
    ["promises a body and sends none", 6_000, (url) => [`${post(url)}${formType}Content-Length: 10\r\n\r\n`]],
    ["leaves the connection open after an answer", 2_900, (url) => [post(url).replace("POST", "GET"), "\r\n"]],
  ])("one that %s is closed within %i ms", async (_, within, bytes) => {
    const { url } = await asked();
    expect((await talk(url, bytes(url), 50)).ms).toBeLessThan(within);
  });

  test.each<[string, (url: string) => string, number]>([
    [
      "a chunked body that goes on and on",
      (url) => `${post(url)}${formType}Transfer-Encoding: chunked\r\n\r\n${`400\r\n${"x".repeat(1024)}\r\n`.repeat(8)}`,
      413,
    ],
    ["a length of a gigabyte", (url) => `${post(url)}${formType}Content-Length: 1073741824\r\n\r\n`, 413],
    ["two Hosts", (url) => `GET / HTTP/1.1\r\nHost: ${new URL(url).host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`, 421],
    ["no Host, as HTTP/1.0 may", () => "GET / HTTP/1.0\r\n\r\n", 421],
    ["no Host in HTTP/1.1", () => "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    ["headers of 20 kB", (url) => `GET / HTTP/1.1\r\nHost: ${new URL(url).host}\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    ["a proxy's address", (url) => `GET http://evil.example/ HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: close\r\n\r\n`, 404],
    ["garbage", () => "\u0000\u0001\r\n\r\n", 400],
  ])("%s is refused", async (_, bytes, status) => {
    const { url } = await asked();
    const { text } = await talk(url, [bytes(url)], 1);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.[01] ${status} `));
  });
});
