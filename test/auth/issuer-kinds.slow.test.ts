import { describe, expect, test } from "vitest";
import { linkOf, startBrowsing } from "../support/browsing.ts";
import { startHosted } from "../support/hosted.ts";
import { type ClientMethod, type Issuer, type IssuerOptions, startIssuer } from "../support/issuer.ts";

const secret = "s:cret/with+signs";
const heading = ({ body }: { body: string }) => /<h1>(.*?)<\/h1>/.exec(body)?.[1];

/** How an issuer publishes what it is, and where that was asked for. */
const kinds: [string, IssuerOptions, string[]][] = [
  ["OpenID Connect", {}, ["/.well-known/oauth-authorization-server"]],
  [
    "OpenID Connect below a path",
    { path: "/realms/voice" },
    [
      "/.well-known/oauth-authorization-server/realms/voice",
      "/.well-known/openid-configuration/realms/voice",
      "/realms/voice/.well-known/openid-configuration",
    ],
  ],
  ["RFC 8414 alone", { plainOAuth: {} }, ["/.well-known/oauth-authorization-server"]],
  ["RFC 8414 alone, for a path", { path: "/realms/voice", plainOAuth: {} }, ["/.well-known/oauth-authorization-server/realms/voice"]],
];

/** How the pages say which client they are, and which ways the metadata names where it is not the provider's own, which names all. */
const clients: [string, ClientMethod, { methods?: ClientMethod[] }][] = [
  ["without a secret", "none", { methods: ["none"] }],
  ["with its secret in the header", "client_secret_basic", {}],
  ["with its secret in the form", "client_secret_post", { methods: ["client_secret_post"] }],
  [
    "with its secret in the form, of an issuer that takes both",
    "client_secret_post",
    { methods: ["client_secret_basic", "client_secret_post"] },
  ],
];

const cases = kinds.flatMap(([kind, options, places]) =>
  clients.map(([client, method, named]) => {
    const issuer = options.plainOAuth ? { ...options, plainOAuth: named } : options;
    return [kind, client, method, issuer, places] as const;
  }),
);

/** An approval that waits, asked for with a token that the issuer signed. */
async function withPages(options: IssuerOptions, method: ClientMethod, run: (pages: Pages) => Promise<void>): Promise<void> {
  const issuer = await startIssuer(options);
  const client = { issuer: issuer.url, client_id: "pages", ...(method === "none" ? {} : { client_secret: "env:PAGES_SECRET" }) };
  const tenants = { acme: { sandbox: true, principals: [`${issuer.url}|alice`] } };
  const hosted = await startHosted({ issuers: [client], tenants }, { PAGES_SECRET: secret });
  const { origin } = new URL(hosted.serving.url);
  issuer.register("pages", `${origin}/signin/callback`, method === "none" ? undefined : secret, method);
  const claims = { iss: issuer.url, sub: "alice", aud: hosted.serving.url, exp: Date.now() / 1_000 + 300 };
  const agent = await hosted.client(await issuer.sign({ ...claims, scope: "trunks:read trunks:write trunks:delete" }));
  const { trunk } = (await agent.call("exotel_create_trunk", { trunk_name: "watched" })).value;
  const remove = (more: object = {}) => agent.call("exotel_delete_trunk", { trunk_sid: trunk.trunk_id, ...more });
  const { approve_url, approval } = (await remove()).value;
  await run({ issuer, url: approve_url, again: () => remove({ approval }) }).finally(async () => {
    await hosted.close();
    await issuer.close();
  });
}

interface Pages {
  issuer: Issuer;
  url: string;
  again(): Promise<{ isError: boolean }>;
}

describe.concurrent("a person of an issuer", () => {
  test.each(cases)("that publishes %s signs in by a client %s, and approves", async (_kind, _client, method, options, places) => {
    await withPages(options, method, async ({ issuer, url, again }) => {
      const browsing = startBrowsing();
      const left = await browsing.visit(linkOf(await browsing.visit(url), "Sign in at"));
      const form = await browsing.signIn(left, "alice");
      expect([form.url, heading(form)]).toEqual([url, expect.stringContaining("Delete trunk")]);
      expect((await again()).isError).toBe(true);
      expect(heading(await browsing.submit(form, { decision: "approve", name: "watched" }))).toBe("Approved");
      expect((await again()).isError).toBe(false);
      expect([...new Set(issuer.asked.filter((path) => path.includes("/.well-known/")))]).toEqual(places);
    });
  });

  test.each(kinds)("that publishes %s, whom no tenant names, is not let in", async (_, options) => {
    await withPages(options, "client_secret_basic", async ({ url, again }) => {
      const browsing = startBrowsing();
      const seen = await browsing.signIn(await browsing.visit(linkOf(await browsing.visit(url), "Sign in at")), "mallory");
      expect([seen.status, heading(seen)]).toEqual([403, "Not signed in"]);
      expect((await again()).isError).toBe(true);
    });
  });

  test.each(kinds)("that publishes %s, where the client's secret is another, is not let in", async (_, options) => {
    await withPages(options, "client_secret_post", async ({ issuer, url, again }) => {
      issuer.register("pages", new URL("/signin/callback", url).href, "another secret", "client_secret_post");
      const browsing = startBrowsing();
      const seen = await browsing.signIn(await browsing.visit(linkOf(await browsing.visit(url), "Sign in at")), "alice");
      expect([seen.status, heading(seen)]).toEqual([503, "Not signed in"]);
      expect((await again()).isError).toBe(true);
    });
  });
});
