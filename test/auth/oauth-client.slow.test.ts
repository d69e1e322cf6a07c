import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from "@modelcontextprotocol/client";
import { StreamableHTTPClientTransport as LegacyTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBrowsing } from "../support/browsing.ts";
import { type Hosted, startHosted } from "../support/hosted.ts";
import { type Issuer, startIssuer } from "../support/issuer.ts";
import { clientOf, type Era, toAnswer } from "../support/trunkline.ts";

let issuer: Issuer;
let hosted: Hosted;
beforeAll(async () => {
  issuer = await startIssuer();
  hosted = await startHosted({
    issuers: [{ issuer: issuer.url }],
    tenants: { acme: { sandbox: true, principals: [`${issuer.url}|alice`] }, beta: { sandbox: true, principals: [`${issuer.url}|bob`] } },
  });
});
afterAll(async () => {
  await hosted.close();
  await issuer.close();
});

const redirectUrl = "http://127.0.0.1:9/callback";

/** The state that a host keeps for its person, as the SDKs ask for it. */
function keeper() {
  const kept: Record<string, unknown> = {};
  const keep = (name: string) => (value: unknown) => {
    kept[name] = value;
  };
  return {
    kept,
    provider: {
      redirectUrl,
      clientMetadata: {
        ...{ client_name: "a host", redirect_uris: [redirectUrl], grant_types: ["authorization_code"], response_types: ["code"] },
        ...{ token_endpoint_auth_method: "none", application_type: "native" },
      },
      state: () => "state of the host",
      clientInformation: () => kept["client"] as never,
      saveClientInformation: keep("client"),
      tokens: () => kept["tokens"] as never,
      saveTokens: keep("tokens"),
      redirectToAuthorization: keep("url"),
      saveCodeVerifier: keep("verifier"),
      codeVerifier: () => kept["verifier"] as string,
      saveDiscoveryState: keep("discovery"),
      discoveryState: () => kept["discovery"] as never,
    },
  };
}

async function connectAs(login: string, era: Era) {
  const { kept, provider } = keeper();
  const client = clientOf(era);
  const transport = () =>
    new (client instanceof ModernClient ? ModernTransport : LegacyTransport)(new URL(hosted.serving.url), {
      authProvider: provider as never,
    });
  const first = transport();
  await expect(client.connect(first as never)).rejects.toThrow(/nauthorized/);
  const browsing = startBrowsing();
  const back = await browsing.signIn(await browsing.visit(String(kept["url"]), redirectUrl), login, redirectUrl);
  const { searchParams } = new URL(back.url);
  await (first as ModernTransport).finishAuth(...((era === "v2" ? [searchParams] : [searchParams.get("code")]) as [never]));
  const again = clientOf(era);
  await again.connect(transport() as never);
  return { client: again, kept, call: async (name: string, args = {}) => toAnswer(await again.callTool({ name, arguments: args })) };
}

describe.each<Era>(["v1", "v2"])("a client of SDK %s, with its own OAuth", (era) => {
  test("finds the issuer, signs its person in, and works as them", async () => {
    const alice = await connectAs("alice", era);
    expect((alice.kept["url"] as URL).searchParams.get("resource")).toBe(hosted.serving.url);
    expect((alice.kept["url"] as URL).searchParams.get("scope")).toContain("trunks:delete");
    const made = await alice.call("exotel_create_trunk", { trunk_name: `made_${era}` });
    expect(made.isError).toBe(false);
    await alice.client.close();
    const bob = await connectAs("bob", era);
    expect((await bob.call("list_trunks")).value.trunks).toEqual([]);
    await bob.client.close();
  });

  test("is told that nothing here is open to a person whom no tenant names", async () => {
    await expect(connectAs("mallory", era)).rejects.toThrow(/no tenant|403|Forbidden/i);
  });
});
