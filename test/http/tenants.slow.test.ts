import { setTimeout as delay } from "node:timers/promises";
import type { Client as ModernClient } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerTo, closePeers, sipPorts, udpPeer } from "../sip/peer.ts";
import { type Hosted, type HostedClient, startHosted, token } from "../support/hosted.ts";
import { type Era, type Person, toAnswer } from "../support/trunkline.ts";

/** A token whose client the operator trusts with forms. */
const trusted = (name: string, tenant: string) => ({ ...token(name, tenant), forms: true });

const file = {
  tokens: [trusted("alice", "acme"), trusted("amir", "acme"), trusted("bob", "beta"), token("rita", "acme", ["trunks:read"])],
  tenants: { acme: { sandbox: true }, beta: { sandbox: true, approval: "refuse", toolsets: ["exotel", "trunks", "plans"] } },
};

const agree: Person = () => ({ action: "accept", content: { trunk_name: "victim" } });

let hosted: Hosted;
beforeAll(async () => {
  hosted = await startHosted(file);
});
afterAll(() => hosted.close());

async function trunkOf(client: HostedClient, trunk_name: string): Promise<string> {
  const { value } = await client.call("exotel_create_trunk", { trunk_name });
  return value.trunk.trunk_id;
}

const names = async (client: HostedClient) =>
  (await client.call("list_trunks")).value.trunks.map((trunk: { trunk_name: string }) => trunk.trunk_name);

describe("two tenants of one server", () => {
  let alice: HostedClient;
  let amir: HostedClient;
  let bob: HostedClient;
  let trunk_sid: string;
  beforeAll(async () => {
    [alice, amir, bob] = [await hosted.client("alice"), await hosted.client("amir"), await hosted.client("bob")];
    trunk_sid = await trunkOf(alice, "acme_only");
  });

  test("see their own trunks, by tool, resource, completion and cursor", async () => {
    expect(await names(alice)).toEqual(["acme_only"]);
    expect(await names(amir)).toEqual(["acme_only"]);
    expect(await names(bob)).toEqual([]);
    const { contents } = await bob.client.readResource({ uri: "trunks://" });
    expect(JSON.stringify(contents)).not.toContain("acme_only");
    const complete = async ({ client }: HostedClient) =>
      (await client.complete({ ref: { type: "ref/prompt", name: "setup_outbound" }, argument: { name: "trunk_name", value: "" } }))
        .completion.values;
    expect(await complete(alice)).toEqual(["acme_only"]);
    expect(await complete(bob)).toEqual([]);
    for (const trunk_name of ["acme_2", "acme_3"]) await trunkOf(alice, trunk_name);
    const { next_cursor } = (await alice.call("list_trunks", { limit: 1 })).value;
    expect(next_cursor).toEqual(expect.any(String));
    expect(JSON.stringify((await bob.call("list_trunks", { limit: 1, cursor: next_cursor })).value)).not.toContain("acme");
  });

  test("what is remembered of a carrier that tells nothing back is remembered for one tenant", async () => {
    const trunk_config = { exotel_number: "+918044319240" };
    const made = await amir.call("vyom_create_outbound_trunk", { trunk_name: "remembered", trunk_type: "exotel", trunk_config });
    expect(made.isError).toBe(false);
    const vyom = async (client: HostedClient) => JSON.stringify((await client.call("list_trunks", { provider: "vyom" })).value);
    expect(await vyom(alice)).toContain("remembered");
    expect(await vyom(bob)).not.toContain("remembered");
  });

  test.each(["get_trunk", "exotel_list_phone_numbers", "exotel_get_credentials", "exotel_delete_trunk", "exotel_whitelist_ip"])(
    "%s does not reach another's trunk",
    async (tool) => {
      const given: Record<string, object> = {
        get_trunk: { provider: "exotel", trunk_id: trunk_sid },
        exotel_whitelist_ip: { trunk_sid, ip: "44.248.146.11" },
      };
      const answer = await bob.call(tool, { ...(given[tool] ?? { trunk_sid }) });
      expect(answer.isError).toBe(true);
      expect(answer.value.code).toBe("not_found");
    },
  );

  test("a plan is its maker's alone", async () => {
    const setup = { provider: "exotel", use_case: "outbound", trunk: "planned", numbers: ["+918044319240"], ips: ["44.248.146.11"] };
    const { plan_id } = (await alice.call("plan_trunk", setup)).value;
    for (const other of [amir, bob]) {
      expect((await other.call("get_plan", { plan_id })).value.code).toBe("not_found");
      expect((await other.call("apply_plan", { plan_id })).value.code).toBe("not_found");
      await expect(other.client.readResource({ uri: `plans://${plan_id}` })).rejects.toThrow();
    }
    expect((await alice.call("get_plan", { plan_id })).value.state).toBe("planned");
  });

  test("an approval and a snapshot are good for whoever asked, and nobody else", async () => {
    const asked = await alice.call("exotel_delete_trunk", { trunk_sid });
    expect(asked.value.code).toBe("approval_required");
    const { approval } = asked.value;
    for (const other of [amir, bob]) {
      const answer = await other.call("exotel_delete_trunk", { trunk_sid, approval });
      expect(answer.isError).toBe(true);
      expect(answer.value.applied).toBe(false);
    }
    expect(await names(alice)).toContain("acme_only");
    const person = await hosted.client("alice", { person: agree });
    const victim = await trunkOf(person, "victim");
    const removed = await person.call("exotel_delete_trunk", { trunk_sid: victim });
    const uri = `trunks://snapshots/${removed.value.snapshot_id}`;
    expect(JSON.stringify(await alice.client.readResource({ uri }))).toContain("victim");
    for (const other of [amir, bob]) await expect(other.client.readResource({ uri })).rejects.toThrow();
  });

  test("a form's state is worth nothing to another principal", async () => {
    const victim = await trunkOf(alice, "victim");
    const call = (who: HostedClient, extra: object) =>
      (who.client as ModernClient)
        .request({ method: "tools/call", params: { name: "exotel_delete_trunk", arguments: { trunk_sid: victim }, ...extra } } as never)
        .then(
          (result) => JSON.stringify(result),
          (error: unknown) => String(error),
        );
    const asking = await hosted.client("alice", { person: () => ({ action: "cancel" }) });
    // The state that this form carries is seen on the wire, where its client keeps it.
    const states: string[] = [];
    const sent = globalThis.fetch;
    globalThis.fetch = async (...args) => {
      const response = await sent(...args);
      const text = await response.clone().text();
      const state = /"requestState":"([^"]+)"/.exec(text)?.[1];
      if (state !== undefined) states.push(state);
      return response;
    };
    try {
      await call(asking, {});
    } finally {
      globalThis.fetch = sent;
    }
    expect(states.length).toBeGreaterThan(0);
    const inputResponses = { confirm: { action: "accept", content: { trunk_name: "victim" } } };
    for (const other of [amir, bob]) await call(other, { inputResponses, requestState: states[0] });
    expect(await names(alice)).toContain("victim");
  });

  test.each<Era>(["v1", "v2"])("changes are told to those of the tenant, client %s", async (era) => {
    const told = { acme: 0, beta: 0 };
    for (const [who, tenant] of [
      ["amir", "acme"],
      ["bob", "beta"],
    ] as const) {
      const { client } = await hosted.client(who, { era });
      client.fallbackNotificationHandler = async () => {
        told[tenant] += 1;
      };
      if (era === "v2") await (client as ModernClient).listen({ resourcesListChanged: true });
      else await delay(100);
    }
    await trunkOf(alice, `told_${era}`);
    await expect.poll(() => told.acme).toBeGreaterThan(0);
    await delay(100);
    expect(told.beta).toBe(0);
  });
});

describe("what a token, a request and the operator allow", () => {
  test("a token for reading lists every tool and may call those that read", async () => {
    const rita = await hosted.client("rita");
    expect((await rita.client.listTools()).tools.map(({ name }) => name)).toContain("exotel_delete_trunk");
    expect((await rita.call("list_trunks")).isError).toBe(false);
    await expect(rita.call("exotel_create_trunk", { trunk_name: "no" })).rejects.toThrow();
  });

  test.each<Era>(["v1", "v2"])("a 403 names every scope that the call needs, client %s", async (era) => {
    const headers = { authorization: "Bearer rita", "content-type": "application/json", accept: "application/json, text/event-stream" };
    const modern = { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "exotel_delete_trunk" };
    const _meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} };
    const params = { name: "exotel_delete_trunk", arguments: { trunk_sid: "x" }, ...(era === "v2" ? { _meta } : {}) };
    const response = await fetch(hosted.serving.url, {
      method: "POST",
      headers: { ...headers, ...(era === "v2" ? modern : {}) },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
    });
    expect(response.status).toBe(403);
    expect(response.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
    expect(response.headers.get("www-authenticate")).toContain('scope="trunks:read trunks:delete"');
  });

  test("the operator's toolsets and approval hold for a tenant, and a request can only narrow them", async () => {
    const bob = await hosted.client("bob", { headers: { "trunkline-toolsets": "exotel,didww,trunks", "trunkline-approval": "two_step" } });
    const listed = (await bob.client.listTools()).tools.map(({ name }) => name);
    expect(listed).toContain("exotel_create_trunk");
    expect(listed.filter((name) => /^didww|plan/.test(name))).toEqual([]);
    const trunk_sid = await trunkOf(bob, "bobs");
    expect((await bob.call("exotel_delete_trunk", { trunk_sid })).value.code).toBe("approval_refused");
    const reading = await hosted.client("bob", { headers: { "trunkline-read-only": "true" } });
    expect((await reading.call("exotel_create_trunk", { trunk_name: "x" })).value.code).toBe("forbidden");
    await expect(hosted.client("bob", { headers: { "trunkline-read-only": "maybe" } })).rejects.toThrow();
  });

  test("a tenant's settings make the server's stricter, and never laxer", async () => {
    const lax = { approval: "two_step", ask_for: "widening", allowance: 16, plain_passwords: "ask" };
    const server = { TRUNKLINE_ASK_FOR: "writes", TRUNKLINE_ALLOWANCE: "0", TRUNKLINE_PLAIN_PASSWORDS: "refuse" };
    const ofTenant = (settings: object) => ({
      tokens: [token("lena", "acme")],
      tenants: { acme: { sandbox: true, ...settings } },
    });
    const strict = await startHosted(ofTenant(lax), server);
    const closed = await startHosted(ofTenant({ ...lax, read_only: false, toolsets: ["exotel", "trunks"] }), {
      TRUNKLINE_READ_ONLY: "true",
      TRUNKLINE_TOOLSETS: "trunks,plans",
    });
    const open = await startHosted(ofTenant({ allowance: 0, plain_passwords: "refuse" }));
    try {
      const lena = await strict.client("lena");
      // Every write asks, and a code that the agent repeats is nobody's word.
      const asked = (await lena.call("exotel_create_trunk", { trunk_name: "any" })).value;
      expect(asked).toMatchObject({ code: "approval_required", approve_url: expect.any(String) });
      const listed = (await (await closed.client("lena")).client.listTools()).tools.map(({ name }) => name);
      expect(listed).toContain("list_trunks");
      expect(listed.filter((name) => /^exotel|plan/.test(name))).toEqual([]);
      const within = await open.client("lena");
      const trunk_sid = await trunkOf(within, "own");
      expect((await within.call("exotel_whitelist_ip", { trunk_sid, ip: "44.248.146.11" })).value.code).toBe("approval_required");
      const password = { trunk_sid, user_name: "pbx", password: "Tr0mbone-Zebra-9" };
      expect((await within.call("exotel_create_credentials", password)).value.code).toBe("invalid_input");
    } finally {
      await Promise.all([strict, closed, open].map((one) => one.close()));
    }
  });

  test("a tenant's trunks lead into this network only where the file says so, and to link-local addresses nowhere", async () => {
    const own = await startHosted({
      tokens: [trusted("ina", "inside"), trusted("otto", "outside")],
      tenants: { inside: { sandbox: true, allow_private_probes: true }, outside: { sandbox: true } },
    });
    const { port, heard } = await udpPeer((request, reply) => reply(answerTo(request)), sipPorts);
    try {
      const ask = async (who: string, host: string) => {
        const asking = await own.client(who, { person: agree });
        return await asking.call("check_trunk", { trunk_id: "victim", direction: "outbound", host: `${host}:${port};transport=udp` });
      };
      // Outside, a port that the trunk names may be asked on any host; inside, SIP ports alone.
      const destinations = [{ destination: `sip.example.com:${port};transport=tcp` }];
      for (const who of ["ina", "otto"]) {
        const maker = await own.client(who);
        await maker.call("exotel_add_destination_uris", { trunk_sid: await trunkOf(maker, "victim"), destinations });
      }
      const refused = { code: "invalid_input", field: "host" };
      expect((await ask("otto", "127.0.0.1")).value).toMatchObject({ ...refused, hint: expect.stringContaining("allow_private_probes") });
      expect(heard).toEqual([]);
      const answer = await ask("ina", "127.0.0.1");
      expect(answer.value.passed, JSON.stringify(answer.value)).toContainEqual(
        expect.stringMatching(/^Gateway 127\.0\.0\.1.*answers OPTIONS/),
      );
      expect(heard).toEqual([expect.stringMatching(/^OPTIONS sip:/)]);
      for (const who of ["ina", "otto"])
        expect((await ask(who, "169.254.169.254")).value).toMatchObject({ ...refused, hint: expect.stringContaining("no setting") });
    } finally {
      closePeers();
      await own.close();
    }
  });

  test.each([
    ["no token", undefined],
    ["an unknown one", "Bearer mallory"],
    ["another scheme", "Basic YWxpY2U6YWxpY2U="],
    ["an empty one", "Bearer "],
  ])("%s is answered 401, with the way in", async (_, authorization) => {
    const response = await fetch(hosted.serving.url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization ? { authorization } : {}) },
      body: "{}",
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer /);
  });
});

describe("another tenants file", () => {
  test("is taken over without disturbing who stays: sessions, trunks, tokens", async () => {
    const own = await startHosted(file);
    try {
      const [alice, bob] = [await own.client("alice", { era: "v1" }), await own.client("bob", { era: "v1" })];
      await trunkOf(alice, "stays");
      own.write({ ...file, tokens: [token("alice", "acme")], tenants: { acme: { sandbox: true } } });
      await own.serving.reload();
      expect(await names(alice)).toEqual(["stays"]);
      await expect(bob.call("list_trunks")).rejects.toThrow();
      own.write({ tenants: { acme: { sandbox: "yes" } } });
      await expect(own.serving.reload()).rejects.toThrow("tenants.acme.sandbox");
      expect(await names(alice)).toEqual(["stays"]);
    } finally {
      await own.close();
    }
  });

  test("another's session is not known", async () => {
    const alice = await hosted.client("alice", { era: "v1" });
    const { sessionId } = alice.client.transport as unknown as { sessionId: string };
    const list = (who: string) =>
      fetch(hosted.serving.url, {
        method: "POST",
        headers: {
          ...{ authorization: `Bearer ${who}`, "content-type": "application/json", accept: "application/json, text/event-stream" },
          "mcp-session-id": sessionId,
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/list" }),
      });
    expect((await list("alice")).status).toBe(200);
    for (const other of ["amir", "bob"]) expect((await list(other)).status).toBe(404);
    expect(toAnswer(await alice.client.callTool({ name: "list_trunks", arguments: {} })).isError).toBe(false);
  });
});
