import { describe, expect, test } from "vitest";
import { startBrowsing } from "../support/browsing.ts";
import { sha256, startHosted, token } from "../support/hosted.ts";
import { open, press, send } from "../support/pages.ts";

const passphrase = "a passphrase";
const heading = ({ body }: { body: string }) => /<h1>(.*?)<\/h1>/.exec(body)?.[1];
const holder = (name: string) => ({ ...token(name, "acme"), approval_sha256: sha256(passphrase) });
const file = { tokens: [holder("ann"), holder("amir")], tenants: { acme: { sandbox: true } } };

async function asking(hosted: Awaited<ReturnType<typeof startHosted>>, name: string) {
  const agent = await hosted.client(name);
  const { trunk } = (await agent.call("exotel_create_trunk", { trunk_name: "victim" })).value;
  const remove = (more: object = {}) => agent.call("exotel_delete_trunk", { trunk_sid: trunk.trunk_id, ...more });
  const { approve_url, approval, approve_command } = (await remove()).value;
  return { url: String(approve_url), command: approve_command, again: () => remove({ approval }) };
}

test("without a tenants file, on loopback, the person at this machine decides as over stdio", async () => {
  const hosted = await startHosted({ tenants: {} }, { TRUNKLINE_TENANTS: "" });
  const { url, again } = await asking(hosted, "anything");
  const opened = await open(url);
  expect(heading(await press(opened, { decision: "approve", name: "victim" }))).toBe("Approved");
  expect((await again()).isError).toBe(false);
  expect((await send(new URL("/signin", url).href)).status).toBe(404);
  await hosted.close();
});

describe("where one signs in", () => {
  const bandOf = ({ body }: { body: string }) => /<header class="(.*?)">.*?<bdi>(.*?)<\/bdi>/s.exec(body)?.slice(1);
  const live = { carriers: { VYOM_API_KEY: "env:ACME_KEY", VYOM_BASE_URL: "http://127.0.0.1:1" } };
  const environment = { ACME_KEY: "key" };

  const sandboxed = ["band sandbox", "SANDBOX: no carrier is touched"];
  const account = ["band live", "LIVE: Vyom account at 127.0.0.1:1"];

  test.each<[string, object, string[], string[]]>([
    ["the sandbox", { acme: { sandbox: true } }, sandboxed, sandboxed],
    ["live accounts", { acme: live }, ["band live", "LIVE: accounts at carriers"], account],
    ["both", { acme: live, other: { sandbox: true } }, ["band live", "LIVE and SANDBOX: it depends on who signs in"], account],
  ])("the page says that it is %s, and names no account; then one's own", async (_, tenants, band, own) => {
    const hosted = await startHosted({ ...file, tenants }, environment);
    const browsing = startBrowsing();
    const form = await browsing.visit(new URL("/signin", hosted.serving.url).href);
    expect(bandOf(form)).toEqual(band);
    expect(form.body).not.toMatch(/acme|other|Vyom/);
    const signedIn = await browsing.submit(form, { access_token: "ann", passphrase });
    expect(heading(signedIn)).toBe("Signed in");
    expect(bandOf(signedIn)).toEqual(own);
    await hosted.close();
  });

  test("the log says of whom who signed in is, and whether they are live", async () => {
    const lines: [object, string][] = [];
    const keep = (fields: object, message: string) => void lines.push([fields, message]);
    const log = { debug: () => {}, info: keep, warn: () => {}, error: () => {} };
    const hosted = await startHosted({ ...file, tenants: { acme: live, other: { sandbox: true } } }, environment, log);
    const browsing = startBrowsing();
    await browsing.submit(await browsing.visit(new URL("/signin", hosted.serving.url).href), { access_token: "ann", passphrase });
    expect(lines.find(([, message]) => message.startsWith("a person signed in"))?.[0]).toMatchObject({ tenant: "acme", where: "live" });
    await hosted.close();
  });
});

describe("somebody who is signed in", () => {
  test("is nobody any more once the tenants file names their token no more", async () => {
    const hosted = await startHosted(file);
    const { url } = await asking(hosted, "ann");
    const browsing = startBrowsing();
    const form = await browsing.submit(await browsing.visit(url), { access_token: "ann", passphrase });
    expect(heading(form)).toContain("Delete trunk");
    hosted.write({ ...file, tokens: [holder("amir")] });
    await hosted.serving.reload();
    expect(heading(await browsing.submit(form, { decision: "approve", name: "victim" }))).toBe("Sign in");
    expect(heading(await browsing.visit(url))).toBe("Sign in");
    await hosted.close();
  });

  test("is not somebody for another server: its key is another", async () => {
    const [one, other] = [await startHosted(file), await startHosted(file)];
    const browsing = startBrowsing();
    const signin = new URL("/signin", one.serving.url).href;
    await browsing.submit(await browsing.visit(signin), { access_token: "ann", passphrase });
    const [[, value = ""] = []] = [...(browsing.cookies.get(new URL(signin).origin) ?? [])].filter(([name]) => name.includes("session"));
    const there = new URL("/signin", other.serving.url);
    expect(value).not.toBe("");
    expect(heading(await send(there.href, { headers: { cookie: `trunkline_session_${there.port}=${value}` } }))).toBe("Sign in");
    expect(heading(await browsing.visit(signin))).toBe("Signed in");
    await Promise.all([one.close(), other.close()]);
  });

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ["of another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, {}],
    ["of a neighbouring name", { "sec-fetch-site": "same-site" }, {}],
    ["of no page of ours", {}, { token: "made up" }],
    ["with the token of another page", {}, { token: "OTHER" }],
    ["without our form's cookie", { cookie: "SESSION" }, {}],
  ])("decides nothing by a form %s", async (_, headers, fields) => {
    const hosted = await startHosted(file);
    const { url, again } = await asking(hosted, "ann");
    const browsing = startBrowsing();
    const form = await browsing.submit(await browsing.visit(url), { access_token: "ann", passphrase });
    const jar = [...(browsing.cookies.get(new URL(url).origin) ?? [])].map(([name, value]) => `${name}=${value}`);
    const tokenIn = (body: string) => /name="token" value="([\w-]+)"/.exec(body)?.[1] ?? "";
    const other = tokenIn((await browsing.visit(new URL("/signin", url).href)).body);
    const opened = { url, token: tokenIn(form.body), cookie: jar.join("; ") };
    const cookie = headers["cookie"] && jar.filter((pair) => pair.includes("session")).join("; ");
    const answer = await press(
      opened,
      { decision: "approve", name: "victim" },
      {
        headers: { ...headers, ...(cookie ? { cookie } : {}) },
        fields: fields["token"] === "OTHER" ? { token: other } : fields,
      },
    );
    expect([answer.status, heading(answer)]).toEqual([403, "Not accepted"]);
    expect((await again()).value.code).toBe("approval_required");
    expect(heading(await press(opened, { decision: "approve", name: "victim" }))).toBe("Approved");
    await hosted.close();
  });

  test("is asked for the tenant's PIN as well, where one is set", async () => {
    const hosted = await startHosted(file);
    const { url, again } = await asking(hosted, "ann");
    await hosted.storeOf("acme", true).pin.set("4711 is long");
    const browsing = startBrowsing();
    const form = await browsing.submit(await browsing.visit(url), { access_token: "ann", passphrase });
    expect((await browsing.submit(form, { decision: "approve", name: "victim" })).status).toBe(422);
    expect((await again()).value.code).toBe("approval_required");
    expect(heading(await browsing.submit(form, { decision: "approve", name: "victim", pin: "4711 is long" }))).toBe("Approved");
    await hosted.close();
  });
});

test("a result names the page of its password, which shows it to the one whom the agent acts for", async () => {
  const hosted = await startHosted(file);
  const agent = await hosted.client("ann");
  const { trunk } = (await agent.call("exotel_create_trunk", { trunk_name: "office" })).value;
  const { credentials } = (await agent.call("exotel_create_credentials", { trunk_sid: trunk.trunk_id, user_name: "bot" })).value;
  expect(credentials).not.toHaveProperty("secret_command");
  const show = async (who: string) => {
    const browsing = startBrowsing();
    const page = await browsing.submit(await browsing.visit(credentials.secret_url), { access_token: who, passphrase });
    return page.status === 200 ? await browsing.submit(page, { decision: "show" }) : page;
  };
  expect((await show("amir")).body).not.toContain('class="secret"');
  expect((await show("ann")).body).toMatch(/<code class="secret">.{12,}<\/code>/);
  await hosted.close();
});
