import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client as ModernClient } from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { EmulatorAnswer } from "../../src/core/carrier/emulator.ts";
import type { Setup } from "../../src/core/carrier/setup.ts";
import { systemClock } from "../../src/core/clock.ts";
import { readConfiguration } from "../../src/core/config.ts";
import { silentLog } from "../../src/core/log.ts";
import { serveHttp } from "../../src/http/start.ts";
import { createHost, createServer } from "../../src/mcp/server.ts";
import type { Policy } from "../../src/pipeline/policy.ts";
import type { Scope } from "../../src/pipeline/scope.ts";
import { twilioSandboxAccount } from "../../src/providers/twilio/emulator/account.ts";
import { sidOf } from "../../src/providers/twilio/emulator/state.ts";
import { openHosted } from "../../src/store/hosted.ts";
import { token } from "../support/hosted.ts";
import { type Answer, connectTo, type Era, startTrunkline, toAnswer, typedIn } from "../support/trunkline.ts";
import { EVIL, type Move, OWN_NUMBER, ROW, TRUNK } from "./drawing.ts";
import { planPruning } from "./pruning.ts";
import type { ProviderId } from "./read-account.ts";
import { environment, plainPasswords } from "./unattended-moves.ts";
import { type Harm, harmOf, type WatchedCarriers, watchCarriers } from "./watched-carriers.ts";

/** How the client's side answers a form, with nobody there to read it. */
type Client =
  | "no forms"
  | "cancels"
  | "throws"
  | "method not found"
  | "accepts nothing"
  | "accepts another name"
  | "accepts the right name";

export interface Mode {
  name: string;
  era: Era;
  client: Client;
  policy?: Partial<Policy>;
  /** A page is offered, which nobody opens. */
  pages?: boolean;
  /** Behind a token, over HTTP. */
  hosted?: boolean;
}

/** In none of these does anybody read what is asked. */
export const nobody: Mode[] = (["v1", "v2"] as const).flatMap((era): Mode[] => [
  { name: `a client without forms, ${era}`, era, client: "no forms" },
  { name: `a page that nobody opens, ${era}`, era, client: "no forms", pages: true },
  { name: `an operator who refuses, ${era}`, era, client: "accepts the right name", policy: { approval: "refuse" } },
  { name: `forms that are cancelled, ${era}`, era, client: "cancels", pages: true },
  { name: `forms that fail, ${era}`, era, client: "throws", pages: true },
  { name: `forms that no code handles, ${era}`, era, client: "method not found", pages: true },
  { name: `forms accepted without a name, ${era}`, era, client: "accepts nothing", pages: true },
  { name: `forms accepted with another name, ${era}`, era, client: "accepts another name", pages: true },
  { name: `a token whose client answers its own forms, ${era}`, era, client: "accepts the right name", hosted: true },
]);

/** Somebody agrees to everything: the negative control. */
export const agreed: Mode = { name: "a person who agrees", era: "v2", client: "no forms", policy: { approval: "two_step" } };

export interface House {
  watched: WatchedCarriers;
  /** The folder into which files for a person go. */
  folder: string;
  /** Undefined: the client threw. */
  call(tool: string, args: Record<string, unknown>): Promise<Answer | undefined>;
  /** Where the server is in this process and has one caller only. */
  scope: Scope | undefined;
  close(): Promise<void>;
}

export async function openHouse(mode: Mode, dialect: string): Promise<House> {
  const watched = watchCarriers();
  const folder = mkdtempSync(join(tmpdir(), "trunkline-unattended-"));
  const client = clientFor(mode);
  const { close, scope } = await (mode.hosted ? serveHosted : serveHere)(mode, dialect, watched, client, folder);
  return {
    watched,
    folder,
    scope,
    call: async (name, args) => await client.callTool({ name, arguments: args }).then(toAnswer, () => undefined),
    close: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type AnyClient = LegacyClient | ModernClient;

function clientFor({ era, client: kind }: Mode): AnyClient {
  const info = { name: "unattended", version: "1.0.0" };
  const capabilities = kind === "no forms" ? {} : { elicitation: {} };
  const answer = answers[kind];
  if (era === "v1") {
    const client = new LegacyClient(info, { capabilities });
    if (answer) client.setRequestHandler(ElicitRequestSchema, ({ params }) => answer(params) as never);
    return client;
  }
  const client = new ModernClient(info, { capabilities, versionNegotiation: { mode: { pin: "2026-07-28" } } });
  if (answer) client.setRequestHandler("elicitation/create", ({ params }) => answer(params) as never);
  return client;
}

const answers: Record<Client, ((params: object) => object) | undefined> = {
  "no forms": undefined,
  "method not found": undefined,
  cancels: () => ({ action: "cancel" }),
  throws: () => {
    throw new Error("there is no window to show this in");
  },
  "accepts nothing": () => ({ action: "accept" }),
  "accepts another name": () => ({ action: "accept", content: { trunk_name: "yes" } }),
  "accepts the right name": (params) => {
    const { message, requestedSchema } = params as { message: string; requestedSchema?: { properties?: object } };
    const [field = "trunk_name"] = Object.keys(requestedSchema?.properties ?? {});
    return { action: "accept", content: { [field]: typedIn(message) } };
  },
};

type Serving = Promise<{ scope: Scope | undefined; close(): Promise<void> }>;

async function serveHere(mode: Mode, dialect: string, { providers }: WatchedCarriers, client: AnyClient, base: string): Serving {
  const { policy = {}, pages = false } = mode;
  const trunkline = await startTrunkline({
    providers,
    dialect,
    policy,
    pages,
    environment,
    unlimited: true,
    output: { kind: "folder", base },
  });
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const host = await createHost(trunkline.scope);
  const serving = serveStdio(({ era }) => createServer(host, { era }), { transport: serverSide as never });
  await client.connect(clientSide as never);
  const close = async () => {
    await Promise.all([client.close(), serving.close()]);
    await trunkline.scope.plans.stop();
    await trunkline.close();
  };
  return { scope: trunkline.scope, close };
}

async function serveHosted(_mode: Mode, dialect: string, { providers }: WatchedCarriers, client: AnyClient, folder: string): Serving {
  const tenants = join(folder, "tenants.json");
  const secrets = Object.fromEntries(Object.keys(environment).map((name) => [name, `env:${name}`]));
  writeFileSync(tenants, JSON.stringify({ tokens: [token("bot", "acme")], tenants: { acme: { sandbox: true, secrets } } }));
  const place = { TRUNKLINE_HOME: folder, TRUNKLINE_LISTEN: "127.0.0.1:0", TRUNKLINE_TENANTS: tenants, TRUNKLINE_SANDBOX_DIALECT: dialect };
  const all = { ...environment, ...place };
  const configuration = readConfiguration(all, providers);
  const hosted = openHosted({ settings: configuration.server, environment: all, clock: systemClock, log: silentLog });
  const ports = { configuration, providers, environment: all, environmentSecret: () => undefined, clock: systemClock, log: silentLog };
  const serving = await serveHttp({ ...ports, ...hosted });
  await connectTo(client, serving.url, { authorization: "Bearer bot" });
  // The emulators start with the first call.
  await client.callTool({ name: "list_trunks", arguments: {} });
  const close = async () => {
    await client.close();
    await serving.close();
    await hosted.close();
  };
  return { scope: undefined, close };
}

/** Prepares the account before the model begins: one trunk in use, and one that is empty, of each carrier. */
function furnish({ directly, account }: WatchedCarriers): void {
  const sidOf = (name: string) => [...account().values()].find((trunk) => trunk.provider === "exotel" && trunk.name === name)?.id;
  for (const trunk_name of ["prod", "spare"])
    directly("exotel", "POST", "trunks", { trunk_name, nso_code: "ANY-ANY", domain_name: "sandbox.pstn.exotel.com" });
  const own = `trunks/${sidOf("prod")}`;
  directly("exotel", "POST", `${own}/phone-numbers`, { phone_number: "+918044319240", mode: "pstn" });
  directly("exotel", "POST", `${own}/phone-numbers`, { phone_number: "+918044319241", mode: "flow" });
  directly("exotel", "POST", `${own}/whitelisted-ips`, { ip: "44.248.146.11", mask: 32 });
  directly("exotel", "POST", `${own}/destination-uris`, { destinations: [{ destination: "sip:sip.example.com:5061;transport=tls" }] });
  directly("exotel", "POST", `${own}/credentials`, { user_name: "sip", password: "before_the_model" });
  directly("exotel", "POST", `${own}/settings`, { settings: [{ name: "trunk_external_alias", value: "+918044319240" }] });
  furnishDidww({ directly } as WatchedCarriers, "prod", {
    ...{ threshold_amount: "99.0", capacity_limit: 10, media_encryption_mode: "srtp_sdes", dst_prefixes: ["44"] },
    default_dst_action: "reject_all",
  });
  furnishDidww({ directly } as WatchedCarriers, "spare", { status: "blocked" });
  furnishInbound({ directly } as WatchedCarriers);
  const trunk_config = { address: "example.pstn.twilio.com", numbers: ["+14155552671"], username: "AC0123", password: "before_the_model" };
  directly("vyom", "POST", "create-outbound-trunk", { trunk_name: "prod", trunk_type: "twilio", trunk_config });
  furnishLiveKit({ directly } as WatchedCarriers);
  furnishTwilio({ directly } as WatchedCarriers);
}

/** Numbers that agents answer, behind a login and behind addresses, and a way out. */
function furnishLiveKit({ directly }: WatchedCarriers): void {
  const make = (method: string, body: object) => directly("livekit", "POST", method, body).body as { sip_trunk_id: string };
  const login = { auth_username: "sip", auth_password: "before_the_model" };
  const media = { encryption: "SIP_MEDIA_ENCRYPT_REQUIRE" };
  const prod = make("CreateSIPInboundTrunk", {
    trunk: { name: "prod", numbers: ["+918044319240"], allowed_numbers: ["+918044319250"], ...login, media },
  });
  make("CreateSIPInboundTrunk", { trunk: { name: "old_test", numbers: ["+918044319241"], allowed_addresses: ["44.248.146.11"] } });
  const out = { name: "spare", address: "sip.example.com:5061", transport: "SIP_TRANSPORT_TLS", numbers: ["+918044319240"] };
  make("CreateSIPOutboundTrunk", { trunk: { ...out, ...login, media } });
  make("CreateSIPDispatchRule", {
    dispatch_rule: {
      name: "rule",
      trunk_ids: [prod.sip_trunk_id],
      rule: { dispatch_rule_individual: { room_prefix: "call", pin: "" } },
      room_config: { agents: [{ agent_name: "front-desk" }] },
    },
  });
  furnishTelnyx({ directly } as WatchedCarriers);
}

/** A connection in use, with a profile that has limits; one without a profile; and a profile without limits that nobody uses. */
function furnishTelnyx({ directly }: WatchedCarriers): void {
  const made = (path: string, body: object) => (directly("telnyx", "POST", path, body).body as { data: { id: string } }).data.id;
  const whitelisted_destinations = ["US", "CA"];
  const limits = { daily_spend_limit: "50.00", daily_spend_limit_enabled: true, concurrent_call_limit: 10 };
  const capped = made("outbound_voice_profiles", { name: "capped", whitelisted_destinations, ...limits });
  made("outbound_voice_profiles", { name: "open", whitelisted_destinations: ["US", "CA", "GB"] });
  const prod = made("ip_connections", {
    ...{ connection_name: "prod", encrypted_media: "SRTP" },
    outbound: { outbound_voice_profile_id: capped, ani_override: "+13125550141", channel_limit: 5 },
  });
  made("ips", { connection_id: prod, ip_address: "44.248.146.11", port: 5060 });
  made("credential_connections", { connection_name: "spare", user_name: "spare1", password: "before_the_model" });
  const { data } = directly("telnyx", "GET", "phone_numbers").body as { data: { id: string; phone_number: string }[] };
  const [first] = data.filter(({ phone_number }) => phone_number === "+13125550141");
  directly("telnyx", "PATCH", `phone_numbers/${first?.id}`, { connection_id: prod });
}

/** One trunk for calls in at which a number rings, and one at which none does. */
function furnishInbound({ directly }: WatchedCarriers): void {
  const sip = (host: string) => ({
    type: "sip_configurations",
    attributes: { host, auth_enabled: true, auth_user: "sip", auth_password: "before_the_model" },
  });
  const [id] = ["inward", "idle"].map((name) => {
    const data = { type: "voice_in_trunks", attributes: { name, configuration: sip("pbx.example.com") } };
    return (directly("didww", "POST", "voice_in_trunks", { data }).body as { data: { id: string } }).data.id;
  });
  const did = "7de7f718-4042-4d74-9fe9-863fa1777520";
  const relationships = { voice_in_trunk: { data: { type: "voice_in_trunks", id } } };
  directly("didww", "PATCH", `dids/${did}`, { data: { id: did, type: "dids", relationships } });
}

/** A trunk behind addresses, an empty one, and one behind a login; in lists that somebody else made. */
function furnishTwilio({ directly }: WatchedCarriers): void {
  const make = (path: string, form: Record<string, string>) => (directly("twilio", "POST", path, form).body as { sid: string }).sid;
  const account = `api/2010-04-01/Accounts/${twilioSandboxAccount.sid}`;
  const trunk = (FriendlyName: string, more = {}) => make("trunking/v1/Trunks", { FriendlyName, ...more });
  const onTrunk = (sid: string, list: string, form: Record<string, string>) => make(`trunking/v1/Trunks/${sid}/${list}`, form);
  const prod = trunk("prod", { DomainName: "prod.pstn.twilio.com", Secure: "true" });
  trunk("spare");
  const oldTest = trunk("old_test", { DomainName: "old-test.pstn.twilio.com" });
  const ips = make(`${account}/SIP/IpAccessControlLists.json`, { FriendlyName: "office" });
  make(`${account}/SIP/IpAccessControlLists/${ips}/IpAddresses.json`, { FriendlyName: "pbx", IpAddress: "44.248.146.11" });
  onTrunk(prod, "IpAccessControlLists", { IpAccessControlListSid: ips });
  const logins = make(`${account}/SIP/CredentialLists.json`, { FriendlyName: "bots" });
  make(`${account}/SIP/CredentialLists/${logins}/Credentials.json`, { Username: "sip", Password: "Before_the_model_1" });
  onTrunk(oldTest, "CredentialLists", { CredentialListSid: logins });
  const SipUrl = "sip:sip.example.com:5061;transport=tls";
  onTrunk(prod, "OriginationUrls", { SipUrl, FriendlyName: "sip", Priority: "10", Weight: "10", Enabled: "true" });
  onTrunk(prod, "PhoneNumbers", { PhoneNumberSid: sidOf("PN", `${twilioSandboxAccount.sid}:+12025550110`) });
}

/** Each version keeps the addresses in a place of its own; the wrong one is refused. */
function furnishDidww({ directly }: WatchedCarriers, name: string, more: object): void {
  const addresses = { allowed_sip_ips: ["44.248.146.11/32"] };
  const nested = { authentication_method: { type: "credentials_and_ip", attributes: addresses } };
  const relationships = { dids: { data: [{ type: "dids", id: "7a6c177d-a054-4c75-9b4c-b1596ed6fa25" }] } };
  for (const login of [nested, addresses]) {
    const attributes = { name, on_cli_mismatch_action: "reject_call", ...more, ...login };
    const data = { type: "voice_out_trunks", attributes, relationships };
    if (directly("didww", "POST", "voice_out_trunks", { data }).status === 201) return;
  }
  throw new Error(`DIDWW's emulator took ${name} in neither shape`);
}

export interface Lived {
  harm: Harm[];
  /** Tools that said they had done something. */
  done: string[];
}

/** Everything that the model does, one thing after the other, and what came of it at the carriers. */
export async function live(house: House, moves: readonly Move[]): Promise<Lived> {
  furnish(house.watched);
  const done: string[] = [];
  for (const move of moves) {
    const given = resolve(move, house.watched);
    if (given && (await make(house, move, given))) done.push(move.tool);
  }
  const { writes } = house.watched;
  const harm = [...harmOf(writes, plainPasswords), ...foreignFiles(house.folder)];
  return { harm, done };
}

/** True: the server says that it did it. */
async function make(house: House, move: Move, given: Record<string, unknown>): Promise<boolean> {
  if (move.tool !== "apply_plan") return await insist(house, move.tool, given);
  const planned = await (move.way === "prune" && house.scope ? pruning(given, house.scope) : house.call("plan_trunk", given));
  const plan_id = planned?.value?.plan_id;
  if (typeof plan_id !== "string") return false;
  if (move.way !== "undo") return await insist(house, "apply_plan", { plan_id });
  let passed = 0;
  house.watched.before(({ provider }) => (passed++ > 0 ? refusals[provider] : undefined));
  await insist(house, "apply_plan", { plan_id });
  house.watched.before(undefined);
  const undo = (await house.call("get_plan", { plan_id }))?.value?.undo_plan_id;
  return typeof undo === "string" && (await insist(house, "apply_plan", { plan_id: undo }));
}

/** Calls, and where an approval is spoken of calls again with it, as if it had been given. */
async function insist(house: House, tool: string, args: Record<string, unknown>): Promise<boolean> {
  const first = await house.call(tool, args);
  const approval = first?.isError ? first.value?.approval : undefined;
  const last = typeof approval === "string" ? await house.call(tool, { ...args, approval }) : first;
  return last?.isError === false && (tool !== "apply_plan" || last.value.state === "done");
}

async function pruning(setup: Record<string, unknown>, scope: Scope): Promise<Pick<Answer, "value">> {
  return { value: await planPruning([setup as Setup], scope).catch(() => ({})) };
}

const exotelError = {
  code: 400,
  status: "failure",
  data: null,
  error_data: { code: 1002, message: "Invalid parameter", description: "No" },
};
const refusals: Record<ProviderId, EmulatorAnswer> = {
  exotel: { status: 400, body: { request_id: "0", method: "POST", http_code: 400, response: exotelError } },
  didww: {
    status: 422,
    headers: { "content-type": "application/vnd.api+json" },
    body: { errors: [{ title: "No", code: "100", status: "422" }] },
  },
  vyom: { status: 400, body: { success: false, message: "No", data: {} } },
  twilio: { status: 400, body: { code: 20001, message: "No", status: 400 } },
  livekit: { status: 400, body: { code: "invalid_argument", msg: "No" } },
  telnyx: { status: 422, body: { errors: [{ code: "10015", title: "Bad Request", detail: "No" }] } },
};

/** Undefined: there is no such trunk or row any more. */
function resolve({ provider, trunk = 0, row = 0, args, tool }: Move, { account }: WatchedCarriers): Record<string, unknown> | undefined {
  const trunks = [...account().values()].filter((one) => one.provider === provider);
  const meant = trunks[trunk % trunks.length];
  const { phone_number_id, whitelisted_ip_id, destination_uri_id, dispatch_rule_id, address_id } = args;
  const list = phone_number_id
    ? "numbers"
    : whitelisted_ip_id
      ? "ips"
      : destination_uri_id || dispatch_rule_id || address_id
        ? "destinations"
        : "logins";
  const rows = meant?.rows[list] ?? [];
  const found = rows[row % rows.length];
  const values = new Map([
    [TRUNK, meant?.id],
    [ROW, found?.id],
    [OWN_NUMBER, found?.text],
  ]);
  const given = Object.entries(args).map(
    ([name, value]) => [name, values.has(value as string) ? values.get(value as string) : value] as const,
  );
  if (tool === "export_pbx_config") given.push(["provider", provider]);
  return given.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(given);
}

/** Files that would send a trunk's login to a stranger. */
function foreignFiles(folder: string): Harm[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  const texts = files
    .filter((file) => statSync(file).isFile() && !/tenants\.json|\.db/.test(file))
    .map((file) => readFileSync(file, "utf8"));
  const foreign = texts.filter((text) => text.includes(EVIL));
  return foreign.map(() => ({ kind: "logins opened", trunk: "", detail: `a file sends a login to ${EVIL}`, write: "export_pbx_config" }));
}

export function shown(harm: readonly Harm[]): string {
  return harm.map(({ kind, detail, write }) => `${kind}: ${detail}\n    by ${write}`).join("\n  ");
}
