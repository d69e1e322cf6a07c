import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browsing, linkOf, type Seen, startBrowsing } from "../support/browsing.ts";
import { type Hosted, sha256, startHosted, token } from "../support/hosted.ts";
import { type Issuer, startIssuer } from "../support/issuer.ts";
import { send } from "../support/pages.ts";

let issuer: Issuer;
let hosted: Hosted;
let origin: string;
const passphrase = "correct horse battery staple";
beforeAll(async () => {
  issuer = await startIssuer();
  const withPassphrase = { approval_sha256: sha256(passphrase) };
  hosted = await startHosted(
    {
      issuers: [{ issuer: issuer.url, client_id: "pages", client_secret: "env:PAGES_SECRET" }],
      tokens: [
        { ...token("amir", "acme"), ...withPassphrase },
        { ...token("aziz", "acme"), ...withPassphrase },
        { ...token("locked", "acme"), ...withPassphrase },
        { ...token("bob", "beta"), ...withPassphrase },
        token("bare", "acme"),
      ],
      tenants: {
        acme: { sandbox: true, principals: [`${issuer.url}|alice`, `${issuer.url}|anna`] },
        beta: { sandbox: true, principals: [`${issuer.url}|bert`] },
      },
    },
    { PAGES_SECRET: "s:cret/with+signs" },
  );
  origin = new URL(hosted.serving.url).origin;
  issuer.register("pages", `${origin}/signin/callback`, "s:cret/with+signs");
});
afterAll(async () => {
  await hosted.close();
  await issuer.close();
});

const bearerOf = (sub: string) =>
  issuer.sign({
    iss: issuer.url,
    sub,
    aud: hosted.serving.url,
    exp: Date.now() / 1_000 + 300,
    scope: "trunks:read trunks:write trunks:delete",
  });

let count = 0;
/** An agent that wants to remove a trunk, and what it was told. */
async function asking(bearer: string) {
  const agent = await hosted.client(bearer);
  count += 1;
  const name = `victim_${count}`;
  const { trunk } = (await agent.call("exotel_create_trunk", { trunk_name: name })).value;
  const remove = (more: object = {}) => agent.call("exotel_delete_trunk", { trunk_sid: trunk.trunk_id, ...more });
  const { value } = await remove();
  return { remove, name, asked: value as Record<string, string>, url: String(value.approve_url), approval: String(value.approval) };
}

const byToken = async (browsing: Browsing, url: string, access_token: string, typed = passphrase) =>
  await browsing.submit(await browsing.visit(url), { access_token, passphrase: typed });

async function atIssuer(browsing: Browsing, url: string, login: string): Promise<Seen> {
  return await browsing.signIn(await browsing.visit(linkOf(await browsing.visit(url), "Sign in at")), login);
}

const heading = ({ body }: { body: string }) => /<h1>(.*?)<\/h1>/.exec(body)?.[1];

describe("a person", () => {
  test("signs in at the issuer, approves, and the agent's same call goes through", async () => {
    const { remove, name, url, approval, asked } = await asking(await bearerOf("alice"));
    expect(asked["approve_command"]).toBeUndefined();
    expect(asked["hint"]).toContain("sign in");
    const browsing = startBrowsing();
    const form = await atIssuer(browsing, url, "alice");
    expect([form.url, heading(form)]).toEqual([url, expect.stringContaining("Delete trunk")]);
    expect((await remove({ approval })).value.code).toBe("approval_required");
    expect(heading(await browsing.submit(form, { decision: "approve", name }))).toBe("Approved");
    expect((await remove({ approval })).isError).toBe(false);
    expect(heading(await browsing.visit(url))).toBe("Approved and used");
  });

  test("signs in with the token and its passphrase, approves, and signs out", async () => {
    const { remove, name, url, approval } = await asking("amir");
    const browsing = startBrowsing();
    const form = await byToken(browsing, url, "amir");
    expect([form.url, heading(form)]).toEqual([url, expect.stringContaining("Delete trunk")]);
    expect(heading(await browsing.submit(form, { decision: "approve", name }))).toBe("Approved");
    expect((await remove({ approval })).isError).toBe(false);
    const welcome = await browsing.visit(`${origin}/signin`);
    expect(welcome.body).toContain('<bdi class="name">amir</bdi>');
    expect(heading(await browsing.submit(welcome))).toBe("Signed out");
    expect(heading(await browsing.visit(url))).toBe("Sign in");
  });

  test("signs in first, and then follows links without doing so again", async () => {
    const browsing = startBrowsing();
    expect(heading(await byToken(browsing, `${origin}/signin`, "amir"))).toBe("Signed in");
    const { url } = await asking("amir");
    expect(heading(await browsing.visit(url))).toContain("Delete trunk");
    expect(heading(await browsing.visit(`${origin}/signin?to=${new URL(url).pathname}`))).toContain("Delete trunk");
  });

  test.each(["https://evil.example/", "//evil.example/approve/x", "/signout", "/approve/../mcp", "/\\evil.example"])(
    "is never sent on to %s",
    async (to) => {
      const browsing = startBrowsing();
      const seen = await byToken(browsing, `${origin}/signin?${new URLSearchParams({ to })}`, "amir");
      expect([seen.url, heading(seen)]).toEqual([`${origin}/signin`, "Signed in"]);
    },
  );
});

describe("approvals and secrets of one person", () => {
  test.each<[string, (browsing: Browsing, url: string) => Promise<Seen>]>([
    ["another at the same issuer, of the same tenant", (browsing, url) => atIssuer(browsing, url, "anna")],
    ["another at the same issuer, of another tenant", (browsing, url) => atIssuer(browsing, url, "bert")],
    ["the holder of a token, of the same tenant", (browsing, url) => byToken(browsing, url, "aziz")],
    ["the holder of a token, of another tenant", (browsing, url) => byToken(browsing, url, "bob")],
  ])("does not exist for %s", async (_, signIn) => {
    const { remove, name, url, approval } = await asking(await bearerOf("alice"));
    const browsing = startBrowsing();
    const seen = await signIn(browsing, url);
    const never = await browsing.visit(`${origin}/approve/apr_never`);
    expect([seen.url, seen.status, seen.body]).toEqual([url, 404, never.body]);
    const own = await asking("amir");
    const owner = startBrowsing();
    const form = await byToken(owner, own.url, "amir");
    // Even with the form token of a page that was really shown to somebody.
    const posted = await browsing.submit({ ...form, url }, { decision: "approve", name });
    expect([posted.status, posted.body]).toEqual([404, never.body]);
    expect((await remove({ approval })).value.code).toBe("approval_required");
  });

  test("does not show without signing in, and neither does whether it exists", async () => {
    const { url } = await asking("amir");
    const [real, never] = await Promise.all([url, `${origin}/approve/apr_never`].map((at) => send(at)));
    expect([real?.status, never?.status]).toEqual([303, 303]);
    expect(real?.body.replaceAll(/apr_[\w-]+/g, "")).toBe(never?.body.replaceAll(/apr_[\w-]+/g, ""));
  });

  test("is not decided by the agent's token, on any page and in any place", async () => {
    const { remove, name, url, approval } = await asking("amir");
    const body = new URLSearchParams({ decision: "approve", name, token: "amir", access_token: "amir" }).toString();
    const form = { "content-type": "application/x-www-form-urlencoded" };
    for (const headers of [{ authorization: "Bearer amir" }, { authorization: "Bearer amir", cookie: "trunkline_session=amir" }]) {
      expect((await send(url, { headers })).headers.location).toContain("/signin");
      expect((await send(url, { method: "POST", headers: { ...headers, ...form }, body })).headers.location).toContain("/signin");
      expect((await send(`${url}?access_token=amir`, { headers })).headers.location).toContain("/signin");
    }
    const browsing = startBrowsing();
    for (const typed of ["amir", sha256("amir"), sha256(passphrase)]) {
      expect(heading(await byToken(browsing, url, "amir", typed))).toBe("Sign in");
    }
    expect((await remove({ approval })).value.code).toBe("approval_required");
  });
});

describe("signing in with a token", () => {
  const problem = ({ body }: Seen) => /role="alert">(.*?)</.exec(body)?.[1];

  test("says that the operator has to set a passphrase where there is none", async () => {
    const seen = await byToken(startBrowsing(), `${origin}/signin`, "bare", "anything");
    expect(problem(seen)).toContain("Ask the operator of this server to set approval_sha256");
  });

  test.each([
    ["an unknown token", "mallory", passphrase, "wrong"],
    ["another's passphrase", "bob", "not this", "wrong"],
    ["nothing", "", "", "The access token is missing"],
  ])("takes %s for nobody, and shows nothing of what was typed", async (_, access_token, typed, said) => {
    const seen = await byToken(startBrowsing(), `${origin}/signin`, access_token, typed);
    expect(problem(seen)).toContain(said);
    if (access_token !== "") expect(seen.body).not.toContain(`value="${access_token}"`);
  });

  test("takes five wrong tries, at once or not, and then the right one once; other tokens go on, and a browser that is known", async () => {
    const tries = await Promise.all(
      Array.from({ length: 12 }, (_, index) => byToken(startBrowsing(), `${origin}/signin`, "locked", `guess ${index}`)),
    );
    expect(tries.filter((seen) => seen.status === 403)).toHaveLength(5);
    expect(tries.filter((seen) => seen.status === 429)).toHaveLength(7);
    // The agent guesses from its person's own address.
    const persons = startBrowsing();
    expect(heading(await byToken(persons, `${origin}/signin`, "locked"))).toBe("Signed in");
    expect(problem(await byToken(startBrowsing(), `${origin}/signin`, "locked"))).toContain("locked");
    await persons.submit(await persons.visit(`${origin}/signin`));
    expect(heading(await byToken(persons, `${origin}/signin`, "locked"))).toBe("Signed in");
    expect(heading(await byToken(startBrowsing(), `${origin}/signin`, "aziz"))).toBe("Signed in");
  });

  test("ten right ones are no wrong ones", async () => {
    for (let index = 0; index < 10; index++) {
      expect(heading(await byToken(startBrowsing(), `${origin}/signin`, "aziz"))).toBe("Signed in");
    }
  });
});

describe("coming back from the issuer", () => {
  async function leaving(login = "alice") {
    const browsing = startBrowsing();
    const link = linkOf(await browsing.visit(`${origin}/signin`), "Sign in at");
    const back = await browsing.signIn(await browsing.visit(link), login, `${origin}/signin/callback`);
    return { browsing, back: back.url };
  }

  test("works once, and only in the browser that left", async () => {
    const { browsing, back } = await leaving();
    expect((await startBrowsing().visit(back)).status).toBe(400);
    expect(heading(await browsing.visit(back))).toBe("Signed in");
    expect((await browsing.visit(back)).status).toBe(400);
  });

  test.each<[string, (url: URL) => void, number]>([
    ["another state", (url) => url.searchParams.set("state", "guessed"), 400],
    ["no state", (url) => url.searchParams.delete("state"), 400],
    ["another issuer's name", (url) => url.searchParams.set("iss", "https://evil.example"), 400],
    ["no issuer's name, which this one always gives", (url) => url.searchParams.delete("iss"), 400],
    ["another code", (url) => url.searchParams.set("code", "guessed"), 503],
    ["no code", (url) => url.searchParams.delete("code"), 403],
  ])("with %s signs nobody in", async (_, change, status) => {
    const { browsing, back } = await leaving();
    const url = new URL(back);
    change(url);
    const seen = await browsing.visit(url.href);
    expect([seen.status, heading(seen)]).toEqual([status, "Not signed in"]);
    expect(heading(await browsing.visit(`${origin}/signin`))).toBe("Sign in");
  });

  test("with a code that another browser was given signs nobody in: it belongs to that one's secret", async () => {
    const [mine, theirs] = [await leaving("bert"), await leaving("alice")];
    const url = new URL(mine.back);
    url.searchParams.set("code", new URL(theirs.back).searchParams.get("code") ?? "");
    expect(heading(await mine.browsing.visit(url.href))).toBe("Not signed in");
  });

  test("as somebody whom no tenant names ends there", async () => {
    const { browsing, back } = await leaving("mallory");
    const seen = await browsing.visit(back);
    expect([seen.status, seen.body]).toEqual([403, expect.stringContaining("not open to you")]);
  });
});
