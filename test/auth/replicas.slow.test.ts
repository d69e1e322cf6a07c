import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { providers } from "../../src/providers/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { startBrowsing } from "../support/browsing.ts";
import { type Hosted, sha256, startHosted, token } from "../support/hosted.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { clientOf, connectTo, type Person, toAnswer } from "../support/trunkline.ts";

const publicUrl = "https://trunkline.example";
const secretToken = "an-access-token-of-ann";
const passphrase = "a passphrase of ann's";

let postgres: Postgres;
let sandbox: Sandbox;
let replicas: (Hosted & { at: string })[];

beforeAll(async () => {
  [postgres, sandbox] = [await startPostgres(), await startSandbox(providers, { dialect: "documented" })];
  const exotel = providers.find(({ id }) => id === "exotel")?.sandboxSettings(sandbox.urlOf("exotel")) ?? {};
  const { EXOTEL_API_KEY: key, EXOTEL_API_TOKEN: apiToken, ...open } = exotel;
  const holder = (name: string, tenant: string) => ({
    ...token(name, tenant),
    ...{ sha256: sha256(name === "ann" ? secretToken : name), approval_sha256: sha256(passphrase) },
  });
  const file = {
    tokens: [holder("ann", "acme"), holder("amir", "acme"), holder("tried", "acme")],
    tenants: { acme: { carriers: { ...open, EXOTEL_API_KEY: "env:ACME_KEY", EXOTEL_API_TOKEN: "env:ACME_TOKEN" } } },
  };
  const environment = {
    ...{ ACME_KEY: String(key), ACME_TOKEN: String(apiToken), TRUNKLINE_STORE: await postgres.database(), TRUNKLINE_PUBLIC_URL: publicUrl },
    TRUNKLINE_MASTER_KEY: randomBytes(32).toString("base64"),
  };
  replicas = [];
  for (let index = 0; index < 2; index++) {
    const hosted = await startHosted(file, environment);
    replicas.push({ ...hosted, at: `http://127.0.0.1:${hosted.serving.port}` });
  }
});
afterAll(async () => {
  for (const replica of replicas) await replica.close();
  await sandbox.close();
  await postgres.stop();
});

/** Requests come to one replica after the other. */
function inTurn(): () => string {
  let turn = 0;
  return () => replicas[turn++ % replicas.length]?.at ?? "";
}

async function agent(index: number, person?: Person) {
  const client = clientOf("v2", person, true);
  await connectTo(client, `${replicas[index]?.at}/mcp`, { authorization: `Bearer ${secretToken}` });
  return {
    call: async (name: string, args: object = {}) => toAnswer(await client.callTool({ name, arguments: args as never })),
    close: () => client.close(),
  };
}

const signIn = { access_token: secretToken, passphrase };
const heading = ({ body }: { body: string }) => /<h1>(.*?)<\/h1>/.exec(body)?.[1];

describe("two replicas with one Postgres and one name", () => {
  test("ask, sign in, show, take and use an approval, each step on another of them", async () => {
    const [first, second] = [await agent(0), await agent(1)];
    const { trunk } = (await first.call("exotel_create_trunk", { trunk_name: "shared" })).value;
    const asked = (await first.call("exotel_delete_trunk", { trunk_sid: trunk.trunk_id })).value;
    expect(asked.approve_url).toBe(`${publicUrl}/approve/${asked.approval}`);
    const browsing = startBrowsing(inTurn());
    const form = await browsing.submit(await browsing.visit(asked.approve_url), signIn);
    expect(heading(form)).toContain("Delete trunk");
    expect(heading(await browsing.submit(form, { decision: "approve", name: "shared" }))).toBe("Approved");
    expect((await second.call("exotel_delete_trunk", { trunk_sid: trunk.trunk_id, approval: asked.approval })).isError).toBe(false);
    await Promise.all([first.close(), second.close()]);
  });

  test("show a secret once, to its person, whichever of them is asked", async () => {
    const shown: string[] = [];
    const asking = await agent(0, ({ url }) => {
      shown.push(url ?? "");
      return { action: "accept" };
    });
    const { trunk } = (await asking.call("exotel_create_trunk", { trunk_name: "secretive" })).value;
    await asking.call("exotel_get_credentials", { trunk_sid: trunk.trunk_id });
    const [url = ""] = shown;
    expect(url).toMatch(/^https:\/\/trunkline\.example\/secret\//);
    expect(Buffer.from(url, "base64url").toString("latin1")).not.toContain(trunk.trunk_id);
    const [other, own] = [startBrowsing(inTurn()), startBrowsing(inTurn())];
    const notTheirs = await other.submit(await other.visit(url), { access_token: "amir", passphrase });
    expect([notTheirs.status, heading(notTheirs)]).toEqual([404, "Nothing for you here"]);
    const form = await own.submit(await own.visit(url), signIn);
    // To look at the page uses nothing up.
    for (const _ of replicas) expect(heading(await own.visit(url))).toBe("Show a secret");
    const presses = await Promise.all([1, 2, 3, 4].map(() => own.submit(form, { decision: "show" })));
    expect(presses.map(heading).sort()).toEqual(["Nothing for you here", "Nothing for you here", "Nothing for you here", "The secret"]);
    for (const _ of replicas) {
      const seen = await own.visit(url);
      expect([seen.status, heading(seen)]).toEqual([404, "Nothing for you here"]);
    }
    await asking.call("exotel_get_credentials", { trunk_sid: trunk.trunk_id });
    expect(heading(await own.visit(shown[1] ?? ""))).toBe("Show a secret");
    await asking.close();
  });

  test("count wrong passphrases together", async () => {
    const statuses: number[] = [];
    for (let index = 0; index < 7; index++) {
      const browsing = startBrowsing(inTurn());
      const at = await browsing.visit(`${publicUrl}/signin`);
      statuses.push((await browsing.submit(at, { access_token: "tried", passphrase: `guess ${index}` })).status);
    }
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429, 429]);
  });

  test("keep the session in a cookie that travels by https alone, and that no neighbour can plant", async () => {
    const browsing = startBrowsing(inTurn());
    const at = await browsing.visit(`${publicUrl}/signin`);
    expect(at.headers["set-cookie"]?.[0]).toMatch(/; Path=\/signin; HttpOnly; SameSite=Strict; Max-Age=900; Secure$/);
    await browsing.submit(at, signIn);
    expect([...(browsing.cookies.get(publicUrl)?.keys() ?? [])]).toContain("__Host-trunkline_session");
  });

  test("have sent no carrier anything of a token, a cookie or a passphrase", () => {
    expect(sandbox.seen.length).toBeGreaterThan(5);
    const sent = JSON.stringify(sandbox.seen);
    for (const secret of [secretToken, passphrase, sha256(secretToken), "Bearer", "trunkline_", "amir"]) expect(sent).not.toContain(secret);
  });
});
