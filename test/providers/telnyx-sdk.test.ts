import Telnyx from "telnyx";
import { describe, expect, onTestFinished, test } from "vitest";
import { telnyxEmulator } from "../../src/providers/telnyx/emulator.ts";
import { needsTelnyxDocument, telnyxDocument } from "../support/telnyx-openapi.ts";
import { type Exchange, startTelnyxSdk } from "../support/telnyx-sdk.ts";

async function start(...args: Parameters<typeof startTelnyxSdk>) {
  const started = await startTelnyxSdk(...args);
  onTestFinished(started.close);
  return started;
}

type Sdk = Telnyx;

async function all<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

async function profiles(sdk: Sdk) {
  const { data: made } = await sdk.outboundVoiceProfiles.create({
    name: "office",
    whitelisted_destinations: ["US", "GB"],
    daily_spend_limit: "50.00",
    daily_spend_limit_enabled: true,
    concurrent_call_limit: 10,
    max_destination_rate: 1.5,
    tags: ["trunkline:1"],
  });
  const id = made?.id ?? "";
  await sdk.outboundVoiceProfiles.create({ name: "other" });
  const { data: changed } = await sdk.outboundVoiceProfiles.update(id, { name: "office", enabled: false, concurrent_call_limit: null });
  const { data: read } = await sdk.outboundVoiceProfiles.retrieve(id);
  const listed = await all(sdk.outboundVoiceProfiles.list({ filter: { name: { contains: "OFF" } }, "page[size]": 1, sort: "-name" }));
  return { id, made, changed, read, listed };
}

async function ipConnection(sdk: Sdk, profile: string) {
  const { data: made } = await sdk.ipConnections.create({
    connection_name: "office one",
    transport_protocol: "TCP",
    anchorsite_override: "Latency",
    encrypted_media: "SRTP",
    inbound: { ani_number_format: "+E.164", dnis_number_format: "+e164", channel_limit: 5 },
    outbound: { outbound_voice_profile_id: profile, channel_limit: 7 },
    tags: ["trunkline:2"],
  });
  const id = made?.id ?? "";
  const { data: ip } = await sdk.ips.create({ connection_id: id, ip_address: "44.248.146.11", port: 5080 });
  const ipId = ip?.id ?? "";
  const listedIps = await all(sdk.ips.list({ filter: { connection_id: id, ip_address: "44.248.146.11", port: 5080 } }));
  const { data: readIp } = await sdk.ips.retrieve(ipId);
  const { data: changedIp } = await sdk.ips.update(ipId, { ip_address: "44.248.146.12", port: 5080 });
  const outbound = { ...made?.outbound, channel_limit: 8 };
  const { data: changed } = await sdk.ipConnections.update(id, { active: false, outbound, encrypted_media: null });
  const { data: read } = await sdk.ipConnections.retrieve(id);
  const listed = await all(sdk.ipConnections.list({ filter: { connection_name: { contains: "one" } } }));
  const { data: removedIp } = await sdk.ips.delete(ipId);
  return { id, made, ip, listedIps, readIp, changedIp, changed, read, listed, removedIp };
}

async function fqdnConnection(sdk: Sdk, profile: string) {
  const { data: made } = await sdk.fqdnConnections.create({
    connection_name: "voice bot",
    inbound: { sip_subdomain: "bot", sip_subdomain_receive_settings: "only_my_connections", sip_region: "Europe" },
    outbound: { outbound_voice_profile_id: profile },
  });
  const id = made?.id ?? "";
  const { data: fqdn } = await sdk.fqdns.create({ connection_id: id, fqdn: "bot.example.com", dns_record_type: "a", port: 5060 });
  const { data: srv } = await sdk.fqdns.create({ connection_id: id, fqdn: "srv.example.com", dns_record_type: "srv" });
  const fqdnId = fqdn?.id ?? "";
  const listedFqdns = await all(
    sdk.fqdns.list({ filter: { connection_id: id, fqdn: "bot.example.com", port: 5060, dns_record_type: "a" } }),
  );
  const { data: readFqdn } = await sdk.fqdns.retrieve(fqdnId);
  const { data: changedFqdn } = await sdk.fqdns.update(fqdnId, { port: 5062 });
  const { data: login } = await sdk.fqdnConnections.fqdnAuthentication.patchAll(id, {
    fqdn_outbound_authentication: "credential-authentication",
    user_name: "botlogin",
    password: "correct horse",
  });
  const { data: readLogin } = await sdk.fqdnConnections.fqdnAuthentication.list(id);
  const { data: changed } = await sdk.fqdnConnections.update(id, { transport_protocol: "TLS" });
  const { data: read } = await sdk.fqdnConnections.retrieve(id);
  const listed = await all(sdk.fqdnConnections.list({ filter: { connection_name: { contains: "BOT" } } }));
  const { data: removedFqdn } = await sdk.fqdns.delete(fqdnId);
  const { data: removed } = await sdk.fqdnConnections.delete(id);
  const left = await all(sdk.fqdns.list({ filter: { connection_id: id } }));
  return { id, made, fqdn, srv, listedFqdns, readFqdn, changedFqdn, login, readLogin, changed, read, listed, removedFqdn, removed, left };
}

async function credentialConnection(sdk: Sdk) {
  const { data: made } = await sdk.credentialConnections.create({
    connection_name: "desk",
    user_name: "desk01",
    password: "correct horse",
    sip_uri_calling_preference: "disabled",
  });
  const id = made?.id ?? "";
  const { data: changed } = await sdk.credentialConnections.update(id, { user_name: "desk02", password: "battery staple" });
  const { data: read } = await sdk.credentialConnections.retrieve(id);
  const listed = await all(sdk.credentialConnections.list({ filter: { connection_name: { contains: "desk" } } }));
  const { data: removed } = await sdk.credentialConnections.delete(id);
  return { id, made, changed, read, listed, removed };
}

/** The value that takes a number off: where the text is refused, null does. */
const detachedBy = (dialect: string) => (dialect === "strict" ? null : "") as string;

async function numbers(sdk: Sdk, dialect: string, connection: string) {
  const [found] = await all(sdk.phoneNumbers.list({ filter: { phone_number: "13125550141" } }));
  const id = found?.id ?? "";
  const { data: assigned } = await sdk.phoneNumbers.update(id, { connection_id: connection });
  const onConnection = await all(sdk.phoneNumbers.list({ filter: { connection_id: connection } }));
  const { data: off } = await sdk.phoneNumbers.update(id, { connection_id: detachedBy(dialect) });
  const { data: read } = await sdk.phoneNumbers.retrieve(id);
  const pages = await all(sdk.phoneNumbers.list({ "page[size]": 3 }));
  return { id, found, assigned, onConnection, off, read, pages };
}

/** One account by every operation that the tools use. */
async function everything(sdk: Sdk, dialect: string) {
  const profile = await profiles(sdk);
  const ip = await ipConnection(sdk, profile.id);
  const fqdn = await fqdnConnection(sdk, profile.id);
  const credential = await credentialConnection(sdk);
  const number = await numbers(sdk, dialect, ip.id);
  const { data: row } = await sdk.connections.retrieve(ip.id);
  const rows = await all(sdk.connections.list({ "page[size]": 1 }));
  const named = await all(
    sdk.connections.list({ filter: { connection_name: { contains: "OFFICE" }, outbound_voice_profile_id: profile.id } }),
  );
  const { data: removed } = await sdk.ipConnections.delete(ip.id);
  return { profile, ip, fqdn, credential, number, row, rows, named, removed };
}

describe.each(telnyxEmulator.dialects)("the carrier's own SDK against the dialect %s", (dialect) => {
  test("drives every operation, and reads what it wrote", async () => {
    const { sdk, exchanges } = await start(dialect);
    const did = await everything(sdk, dialect);
    const { profile, ip, fqdn, credential, number } = did;
    expect(profile.made).toMatchObject({ name: "office", concurrent_call_limit: 10, daily_spend_limit: "50.00", connections_count: 0 });
    expect(profile.read).toMatchObject({ enabled: false, whitelisted_destinations: ["US", "GB"], max_destination_rate: 1.5 });
    expect(profile.read?.concurrent_call_limit ?? null).toBe(null);
    expect(profile.listed.map(({ id }) => id)).toEqual([profile.id]);
    expect(ip.made).toMatchObject({ record_type: "ip_connection", encrypted_media: "SRTP", tags: ["trunkline:2"], active: true });
    expect(ip.listedIps).toEqual([ip.ip]);
    expect([ip.readIp, ip.changedIp?.ip_address, ip.removedIp?.ip_address]).toEqual([ip.ip, "44.248.146.12", "44.248.146.12"]);
    expect(ip.read).toMatchObject({ active: false, outbound: { outbound_voice_profile_id: profile.id, channel_limit: 8 } });
    expect(ip.listed.map(({ id }) => id)).toEqual([ip.id]);
    expect([fqdn.fqdn?.port, fqdn.srv?.port ?? null, fqdn.changedFqdn?.port]).toEqual([5060, null, 5062]);
    expect([fqdn.listedFqdns.length, fqdn.left, fqdn.listed.length]).toEqual([1, [], 1]);
    expect(fqdn.login).toMatchObject({ user_name: "botlogin", password: "correct horse" });
    expect(fqdn.read).toMatchObject({ user_name: "botlogin", outbound: { ip_authentication_method: "credential-authentication" } });
    expect(credential.changed).toMatchObject({ user_name: "desk02", password: "battery staple" });
    expect(credential.read?.password).toBe(dialect === "strict" ? "********" : "battery staple");
    expect(number.assigned).toMatchObject({ phone_number: "+13125550141", connection_id: ip.id, connection_name: "office one" });
    expect([number.onConnection.length, number.off?.connection_id ?? null, number.read?.connection_id ?? null]).toEqual([1, null, null]);
    expect(number.pages).toHaveLength(4);
    expect(did.rows.map(({ record_type }) => record_type).sort()).toEqual(["call_control_application", "ip_connection"]);
    expect([did.row?.outbound_voice_profile_id, did.named.map(({ id }) => id), did.removed?.id]).toEqual([profile.id, [ip.id], ip.id]);
    expect(new Set(exchanges.map(({ status }) => status))).toEqual(new Set([200, 201]));
  });

  test("sends and receives what the OpenAPI document describes", needsTelnyxDocument, async () => {
    const { sdk, exchanges } = await start(dialect);
    await everything(sdk, dialect);
    await refusals(sdk);
    const document = telnyxDocument({ nulls: dialect !== "documented" });
    const unknown = new Set<string>();
    const driven = new Set<string>();
    for (const exchange of exchanges) {
      const operation = document.operationOf(exchange.method, exchange.path);
      if (operation === undefined) unknown.add(`${exchange.method} ${exchange.path.replace(/\d{19}/, "{id}")}`);
      else expect(complaints(document, operation, exchange, dialect), JSON.stringify(exchange)).toEqual([]);
      if (operation !== undefined) driven.add(operation);
    }
    // Newer than the document.
    expect([...unknown].sort()).toEqual([
      "GET /fqdn_connections/{id}/fqdn_authentication",
      "PATCH /fqdn_connections/{id}/fqdn_authentication",
    ]);
    // 5 of each kind of connection, of addresses and of host names, 4 of profiles, 3 of numbers, 2 of all connections.
    expect(driven.size).toBe(34);
  });

  test("has the connection of a host name as its dialect has it on the wire", async () => {
    const { sdk, exchanges } = await start(dialect);
    const { fqdn } = await everything(sdk, dialect);
    const { text = "" } = exchanges.find(({ method, path }) => method === "POST" && path === "/fqdns") ?? {};
    expect(text).toContain(dialect === "documented" ? `"connection_id":"${fqdn.id}"` : `"connection_id":${fqdn.id},`);
  });
});

test("the document's complaints are heard", needsTelnyxDocument, () => {
  const document = telnyxDocument({ nulls: true });
  expect(document.ofRequest("POST /ips", { ip_address: "44.248.146.11" })).toEqual([]);
  expect(document.ofRequest("POST /ips", { ip_address: "44.248.146.11", mask: 32 })).not.toEqual([]);
  expect(document.ofRequest("POST /ip_connections", { inbound: { dnis_number_format: "test" } })).not.toEqual([]);
  expect(document.ofAnswer("POST /ips", 201, { data: { port: "5060" } })).not.toEqual([]);
  expect(document.ofAnswer("POST /ips", 200, { data: {} })).not.toEqual([]);
  expect(document.ofAnswer("POST /ips", 422, { errors: [{ detail: "without a code" }] })).not.toEqual([]);
  expect(telnyxDocument({ nulls: false }).ofAnswer("POST /ips", 201, { data: { connection_id: null } })).not.toEqual([]);
});

function complaints(
  document: ReturnType<typeof telnyxDocument>,
  operation: string,
  { body, status, answer }: Exchange,
  dialect: string,
): unknown[] {
  // The document types a number's connection as a text, and this dialect takes it off by null only.
  const isDetaching = dialect === "strict" && operation === "PATCH /phone_numbers/{id}" && isNull(body);
  const ofRequest = body === undefined || status >= 400 || isDetaching ? [] : document.ofRequest(operation, body);
  return [...ofRequest, ...document.ofAnswer(operation, status, answer)];
}

const isNull = (body: unknown) => (body as { connection_id?: unknown } | undefined)?.connection_id === null;

/** Refusals as the SDK throws them. */
async function refusals(sdk: Sdk) {
  const refused = async (run: () => Promise<unknown>) =>
    await run().then(
      () => undefined,
      (error: unknown) => error,
    );
  return {
    missing: await refused(async () => await sdk.ips.retrieve("6a09cdc3-8948-47f0-aa62-74ac943d6c58")),
    invalid: await refused(async () => await sdk.ipConnections.create({ inbound: { dnis_number_format: "test" as "e164" } })),
    nowhere: await refused(async () => await sdk.ipConnections.create({ outbound: { outbound_voice_profile_id: "1293384261075731400" } })),
    filter: await refused(async () => await sdk.connections.list({ filter: { connection_name: { contains: "ab" } } })),
  };
}

describe("a refusal reaches the SDK as its own error", () => {
  test("with code, title, detail and the place", async () => {
    const { sdk } = await start("observed");
    const { missing, invalid, nowhere, filter } = await refusals(sdk);
    expect(missing).toBeInstanceOf(Telnyx.NotFoundError);
    expect(missing).toMatchObject({ status: 404, error: { errors: [{ code: "10005", title: "Resource not found" }] } });
    expect(invalid).toBeInstanceOf(Telnyx.UnprocessableEntityError);
    expect(invalid).toMatchObject({ error: { errors: [{ code: "10032", source: { pointer: "/inbound/dnis_number_format" } }] } });
    expect(nowhere).toMatchObject({ status: 422, error: { errors: [{ code: "10017" }] } });
    expect(filter).toBeInstanceOf(Telnyx.BadRequestError);
    expect(filter).toMatchObject({ error: { errors: [{ source: { parameter: "filter[connection_name][contains]" } }] } });
  });

  test("a wrong key", async () => {
    const { sdk } = await start("observed", { key: "KEYwrong" });
    const error = await sdk.connections.list().then(
      () => undefined,
      (refused: unknown) => refused,
    );
    expect(error).toBeInstanceOf(Telnyx.AuthenticationError);
    expect(error).toMatchObject({ error: { errors: [{ code: "10009", title: "Authentication failed" }] } });
  });

  test("more calls than a second has", async () => {
    const { sdk, exchanges } = await start("observed", { everySecond: false });
    for (let call = 0; call < 20; call += 1) await sdk.connections.list();
    const error = await sdk.connections.list().then(
      () => undefined,
      (refused: unknown) => refused,
    );
    expect(error).toBeInstanceOf(Telnyx.RateLimitError);
    expect(exchanges.at(-1)?.text).toContain("10011");
  });
});
