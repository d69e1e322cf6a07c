import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EmulatorAnswer, EmulatorRequest } from "../../src/core/carrier/emulator.ts";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { providers } from "../../src/providers/index.ts";
import { SANDBOX_KEY, SANDBOX_SECRET } from "../../src/providers/livekit/sandbox-key.ts";
import { mintToken } from "../../src/providers/livekit/token.ts";
import { twilioSandboxAccount } from "../../src/providers/twilio/emulator/account.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { cleanEnvironment, initialize, mainFile, type Running, request, start } from "../support/process.ts";
import { typedIn } from "../support/trunkline.ts";
import { forms, leakFinder } from "./leaks.ts";

/** With what JSON, URLs and shells escape, where a carrier takes it. */
const canaries = {
  "Exotel key": "k9QzXw3LmVt7RbYd2",
  "Exotel token": 't5Hp"Nc8\\Jf+Gs1/U%Ka',
  "DIDWW key": "d4RvBn7MqLx2ZtPw9",
  "Vyom key": "lvk_y6TgUj3KiOh8SaEc5",
  "LiveKit secret": "lK7sXw2QmVp9RtYb4Nd",
  "SIP password": "S1pZrQ_8vXkWm3NtLb",
  "SIP password of the environment": "E7vYnB_2wQsDf9GhJk",
  "Twilio token": "tW1lQa9ZxSw8EdCvFr4",
  "Twilio token of the environment": 'aU5"tHk2\\NpLm+8ZxVq',
  "Telnyx key": "KEY0vR8mQ2xLw9nT4cJ7",
  "Twilio API secret": 'sK2"rVb9\\Wq/5+Xm7/U%Jd',
  "store password": "pG3sWr7XyTz9KbQm",
};

const basic = (key: string, token: string) => `Basic ${Buffer.from(`${key}:${token}`).toString("base64")}`;
/** The emulators' own key for each planted one: they know no other. */
const emulatorKeys: Record<string, string> = {
  [basic(canaries["Exotel key"], canaries["Exotel token"])]: basic("sandbox-key", "sandbox-token"),
  [`Bearer ${canaries["Vyom key"]}`]: "Bearer sandbox-key",
  [canaries["DIDWW key"]]: "sandbox-key",
  [`Bearer ${canaries["Telnyx key"]}`]: "Bearer sandbox-key",
  [basic(twilioSandboxAccount.key, canaries["Twilio API secret"])]: basic(twilioSandboxAccount.key, twilioSandboxAccount.secret),
};

/** A token that the planted secret signed, as one that the emulator's own did. */
function withSandboxToken(header: string): string | undefined {
  const [signed = "", signature] = /^Bearer (.+)\.([^.]+)$/.exec(header)?.slice(1) ?? [];
  const isPlanted = createHmac("sha256", canaries["LiveKit secret"]).update(signed).digest("base64url") === signature;
  return isPlanted ? `Bearer ${mintToken(SANDBOX_KEY, SANDBOX_SECRET)}` : undefined;
}

/** The carriers take the planted keys; or refuse them; or refuse and repeat in their own words what they were sent. */
let carriers: "take" | "refuse" | "repeat" = "take";

function withPlantedKeys(provider: AnyProvider): AnyProvider {
  const sandbox = async () => {
    const factory = await provider.sandbox();
    const create: typeof factory.create = (options) => {
      const emulator = factory.create(options);
      return { ...emulator, handle: (asked) => answer(asked, (translated) => emulator.handle(translated)) };
    };
    return { ...factory, create };
  };
  return { ...provider, sandbox };
}

function answer(asked: EmulatorRequest, handle: (request: EmulatorRequest) => EmulatorAnswer): EmulatorAnswer {
  const headers = { ...asked.headers };
  for (const name of carriers === "take" ? ["authorization", "api-key"] : [])
    headers[name] &&= emulatorKeys[headers[name]] ?? withSandboxToken(headers[name]);
  const given = handle({ ...asked, headers });
  if (carriers !== "repeat") return given;
  const said = `bad request: ${JSON.stringify(asked.headers)} ${asked.body}`;
  return { status: 400, body: JSON.parse(JSON.stringify(given.body, (_key, value) => (typeof value === "string" ? said : value))) };
}

const home = mkdtempSync(join(tmpdir(), "trunkline-canary-"));
let sandbox: Sandbox;
let environment: Record<string, string>;
/** Everything that left the program, by where it left. */
const left: Record<string, string> = {};

beforeAll(async () => {
  sandbox = await startSandbox(providers.map(withPlantedKeys));
  environment = {
    TRUNKLINE_HOME: home,
    TRUNKLINE_LOG_LEVEL: "debug",
    EXOTEL_ACCOUNT_SID: "sandbox",
    EXOTEL_API_KEY: canaries["Exotel key"],
    EXOTEL_API_TOKEN: canaries["Exotel token"],
    EXOTEL_BASE_URL: sandbox.urlOf("exotel"),
    DIDWW_API_KEY: canaries["DIDWW key"],
    DIDWW_BASE_URL: `${sandbox.urlOf("didww")}/v3`,
    VYOM_API_KEY: canaries["Vyom key"],
    VYOM_BASE_URL: sandbox.urlOf("vyom"),
    LIVEKIT_URL: sandbox.urlOf("livekit"),
    TELNYX_API_KEY: canaries["Telnyx key"],
    TELNYX_BASE_URL: `${sandbox.urlOf("telnyx")}/v2`,
    TWILIO_ACCOUNT_SID: twilioSandboxAccount.sid,
    TWILIO_API_KEY: twilioSandboxAccount.key,
    TWILIO_API_SECRET: canaries["Twilio API secret"],
    TWILIO_TRUNKING_BASE_URL: `${sandbox.urlOf("twilio")}/trunking`,
    TWILIO_API_BASE_URL: `${sandbox.urlOf("twilio")}/api`,
    TWILIO_VOICE_BASE_URL: `${sandbox.urlOf("twilio")}/voice`,
    LIVEKIT_API_KEY: SANDBOX_KEY,
    LIVEKIT_API_SECRET: canaries["LiveKit secret"],
    TRUNKLINE_SECRET_SIP: canaries["SIP password of the environment"],
    TRUNKLINE_SECRET_TWILIO: canaries["Twilio token of the environment"],
  };
});
afterAll(async () => {
  await sandbox.close();
  rmSync(home, { recursive: true, force: true });
});

let nextId = 1_000;

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
async function ask(running: Running, method: string, params: object = {}): Promise<any> {
  nextId += 1;
  running.send(request(nextId, method, params));
  return await running.answer(nextId);
}

async function tool(running: Running, name: string, args: object) {
  const { result } = await ask(running, "tools/call", { name, arguments: args });
  return { isError: result.isError === true, value: JSON.parse(result.content.at(-1).text) };
}

/** The person at the client types into every form what it asks for. */
function agree(running: Running): () => void {
  const answered = new Set<unknown>();
  const timer = setInterval(() => {
    for (const line of running.lines().filter((text) => text.includes("elicitation/create"))) {
      const { id, params } = JSON.parse(line) as { id: unknown; params: { message: string } };
      if (answered.has(id)) continue;
      answered.add(id);
      running.send({ jsonrpc: "2.0", id, result: { action: "accept", content: { trunk_name: typedIn(params.message) } } });
    }
  }, 10);
  return () => clearInterval(timer);
}

function open(capabilities: object): Running {
  const running = start([], environment);
  running.send({ ...initialize, params: { ...initialize.params, capabilities } });
  running.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  return running;
}

async function close(running: Running, name: string): Promise<void> {
  running.child.stdin.end();
  await running.exit();
  left[`${name}: stdout`] = running.lines().join("\n");
  left[`${name}: stderr`] = running.stderr();
}

const twilio = (password: unknown) => ({
  trunk_name: "voice",
  trunk_type: "twilio",
  trunk_config: { address: "example.pstn.twilio.com", numbers: ["+14155552671"], username: "AC0123", password },
});
const outbound = { name: "out", on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["52.66.10.1"], threshold_amount: "100.0" };

const telnyxLogin = (name: string) => ({ connection_name: name, connection_type: "credential", user_name: name });
const inbound = (name: string, auth_password: unknown) => ({ name, host: "sip.example.com", auth_user: "carrier", auth_password });

const elastic = (username: string, password?: unknown) =>
  ["twilio_create_credential", { trunk_sid: "elastic", username, password }] as const;

/** Every call that takes a secret, or whose answer has one; the codes of those that failed. */
async function secretCalls(running: Running, trunk_sid: string): Promise<string[]> {
  const login = (user_name: string, password?: unknown) => ["exotel_create_credentials", { trunk_sid, user_name, password }] as const;
  const calls = [
    login("generated"),
    login("literal", canaries["SIP password"]),
    login("named", "env:TRUNKLINE_SECRET_SIP"),
    login("wrong_letters", `${canaries["SIP password"]}!`),
    login("too_long", canaries["SIP password"].repeat(9)),
    login("wrong_type", [canaries["SIP password"]]),
    login("wrong_name", `env:${canaries["SIP password"]}`),
    ["exotel_create_credentials", { trunk_sid, user_name: "typo", pasword: canaries["SIP password"] }] as const,
    ["vyom_create_outbound_trunk", twilio(canaries["Twilio token"])] as const,
    ["vyom_create_outbound_trunk", { ...twilio("env:TRUNKLINE_SECRET_TWILIO"), trunk_name: "other" }] as const,
    ["vyom_create_outbound_trunk", twilio({ token: canaries["Twilio token"] })] as const,
    ["vyom_create_outbound_trunk", { ...twilio(""), trunk_config: canaries["Twilio token"] }] as const,
    ["didww_create_voice_out_trunk", outbound] as const,
    ...(["literal", "named"] as const).map((name, index) => {
      const auth_password = { literal: canaries["SIP password"], named: "env:TRUNKLINE_SECRET_SIP" }[name];
      const login = { auth_username: "carrier", auth_password };
      return ["livekit_create_inbound_trunk", { name, numbers: [`+3314455667${index}`], ...login }] as const;
    }),
    ["livekit_update_inbound_trunk", { trunk_id: "named", auth_password: canaries["SIP password"], krisp_enabled: true }] as const,
    // Telnyx answers with the password in clear.
    ["telnyx_create_connection", { ...telnyxLogin("literal1"), password: canaries["SIP password"] }] as const,
    ["telnyx_create_connection", { ...telnyxLogin("named1"), password: "env:TRUNKLINE_SECRET_SIP" }] as const,
    ["telnyx_set_login", { connection_id: "named1", password: canaries["SIP password"] }] as const,
    ["telnyx_update_connection", { connection_id: "named1", encrypted_media: "SRTP" }] as const,
    ["telnyx_delete_connection", { connection_id: "literal1" }] as const,
    ["twilio_create_trunk", { friendly_name: "elastic" }] as const,
    elastic("literal", canaries["SIP password"]),
    elastic("named", "env:TRUNKLINE_SECRET_SIP"),
    elastic("generated"),
    elastic("wrong_type", [canaries["SIP password"]]),
    elastic("wrong_name", `env:${canaries["SIP password"]}`),
    elastic("weak", canaries["SIP password"].toLowerCase()),
    ["check_trunk", { provider: "twilio", trunk_id: "elastic" }] as const,
    ["twilio_delete_credential", { trunk_sid: "elastic", username: "literal" }] as const,
    ["twilio_delete_trunk", { trunk_sid: "elastic" }] as const,
    ["livekit_delete_trunk", { trunk_id: "named" }] as const,
    ["livekit_delete_trunk", { trunk_id: "literal" }] as const,
    ["didww_create_voice_in_trunk", inbound("literal", canaries["SIP password"])] as const,
    ["didww_create_voice_in_trunk", inbound("named", "env:TRUNKLINE_SECRET_SIP")] as const,
    ["didww_create_voice_in_trunk", inbound("half", [canaries["SIP password"]])] as const,
    ["didww_update_voice_in_trunk", { trunk_id: "named", port: 5062 }] as const,
    ["didww_update_voice_in_trunk", { trunk_id: "named", auth_user: "other", auth_password: canaries["SIP password"] }] as const,
    ["get_trunk", { trunk_id: "named" }] as const,
    ["didww_delete_voice_in_trunk", { trunk_id: "literal" }] as const,
    ["didww_delete_voice_in_trunk", { trunk_id: "named" }] as const,
    ["exotel_get_credentials", { trunk_sid }] as const,
    ["list_trunks", {}] as const,
    ["get_trunk", { trunk_id: trunk_sid }] as const,
  ];
  const answers = [];
  for (const [name, args] of calls) answers.push(await tool(running, name, args));
  return answers.filter(({ isError }) => isError).map(({ value }) => value.code);
}

async function command(...args: string[]): Promise<string> {
  const run = { env: cleanEnvironment(environment) };
  return await new Promise((resolve) =>
    execFile(process.execPath, [mainFile(), ...args], run, (_error, out, errors) => resolve(out + errors)),
  );
}

describe("secrets that the program knows leave it nowhere", () => {
  test("in a session with forms, through success, refusals, and answers that are lost", async () => {
    const running = open({ elicitation: {} });
    const stop = agree(running);
    const trunk_sid = (await tool(running, "exotel_create_trunk", { trunk_name: "victim" })).value.trunk.trunk_id;
    expect(await secretCalls(running, trunk_sid)).toEqual(Array(11).fill("invalid_input"));
    for (const kind of ["lost", "reset", "truncated", "html"] as const) {
      sandbox.script({ kind, method: "POST" });
      await tool(running, "exotel_create_credentials", { trunk_sid, user_name: `after_${kind}`, password: canaries["SIP password"] });
      sandbox.script({ kind, method: "POST", provider: "vyom" });
      await tool(running, "vyom_create_outbound_trunk", { ...twilio(canaries["Twilio token"]), trunk_name: `after ${kind}` });
      sandbox.clearFaults();
    }
    carriers = "refuse";
    expect(await secretCalls(running, trunk_sid)).not.toHaveLength(11);
    carriers = "repeat";
    expect(await secretCalls(running, trunk_sid)).not.toHaveLength(11);
    carriers = "take";
    for (const name of ["setup_outbound", "setup_vyom_outbound", "troubleshoot_trunk", "review_security"])
      await ask(running, "prompts/get", { name, arguments: { provider: "exotel", trunk: "victim", trunk_name: "victim" } });
    for (const uri of ["trunks://", "trunks://vyom", `trunks://exotel/${trunk_sid}`, "trunkline://providers"])
      await ask(running, "resources/read", { uri });
    const removed = await tool(running, "exotel_delete_trunk", { trunk_sid });
    expect(removed.value).toMatchObject({ removed: true });
    const snapshot = await ask(running, "resources/read", { uri: `trunks://snapshots/${removed.value.snapshot_id}` });
    expect(JSON.stringify(snapshot)).toContain("victim");
    stop();
    await close(running, "forms");
  });

  test("in a session without forms, and on the page that it names", async () => {
    const running = open({});
    const trunk_sid = (await tool(running, "exotel_create_trunk", { trunk_name: "paged" })).value.trunk.trunk_id;
    await tool(running, "exotel_create_credentials", { trunk_sid, user_name: "bot", password: "env:TRUNKLINE_SECRET_SIP" });
    const { value } = await tool(running, "exotel_delete_trunk", { trunk_sid });
    expect(value).toMatchObject({ code: "approval_required", approve_url: expect.any(String) });
    left["approval page"] = await (await fetch(value.approve_url)).text();
    expect(left["approval page"]).toContain("paged");
    await close(running, "page");
  });

  test("by its commands, and by starts that fail", async () => {
    for (const args of [["config"], ["audit"], ["audit", "--json"], ["audit", "--verify", "--json"], ["secret"], ["approve"]])
      left[args.join(" ")] = await command(...args);
    expect(left["audit --json"]?.split("\n").length).toBeGreaterThan(20);
    const wrong: Record<string, string>[] = [
      { EXOTEL_ACCOUNT_SID: "" },
      { EXOTEL_ACCOUNT_SID: canaries["Exotel token"] },
      { EXOTEL_BASE_URL: `http://k:${canaries["Exotel key"]}@127.0.0.1:1` },
      { EXOTEL_BASE_URL: canaries["Exotel token"] },
      { TWILIO_API_KEY: canaries["Twilio API secret"] },
      { TWILIO_API_BASE_URL: `http://k:${canaries["Twilio API secret"]}@127.0.0.1:1` },
      { TRUNKLINE_LOG_LEVEL: canaries["DIDWW key"] },
      { TRUNKLINE_TOOLSETS: "nothing" },
      { TRUNKLINE_STORE: `postgres://me:${canaries["store password"]}@127.0.0.1:1/none`, TRUNKLINE_MASTER_KEY: canaries["DIDWW key"] },
      {
        TRUNKLINE_STORE: `postgres://me:${canaries["store password"]}@127.0.0.1:1/none`,
        TRUNKLINE_MASTER_KEY: Buffer.alloc(32, 7).toString("base64"),
      },
    ];
    const right = environment;
    for (const [index, mistake] of wrong.entries()) {
      environment = { ...right, ...mistake };
      for (const name of ["config", "audit"]) left[`start ${index}: ${name}`] = await command(name);
    }
    environment = right;
  });

  test("and what it keeps holds them in one table only", () => {
    const database = new Database(join(home, "trunkline.db"));
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
    expect(tables.length).toBeGreaterThan(6);
    for (const { name } of tables) left[`table ${name}`] = JSON.stringify(database.prepare(`SELECT * FROM ${name}`).all());
    database.close();
    for (const file of readdirSync(home).filter((name) => !name.startsWith("trunkline.db")))
      left[`file ${file}`] = readFileSync(join(home, file), "utf8");
    const { "table trunkline_secrets": kept = "", ...rest } = left;
    // A deleted login took its password along; that of the trunk whose removal waits is kept.
    expect(leakFinder(canaries)(kept)).toContain("SIP password of the environment, plain");
    // Generated passwords were not planted: the table itself tells them.
    const rows = (JSON.parse(kept) as { ref: string; content: string }[]).filter(({ ref }) => !ref.startsWith("pending/"));
    expect(rows.length).toBeGreaterThan(1);
    const find = leakFinder({ ...canaries, ...Object.fromEntries(rows.map(({ ref, content }) => [ref, content])) });
    expect(Object.entries(rest).flatMap(([where, text]) => find(text).map((what) => `${where}: ${what}`))).toEqual([]);
    expect(Object.values(rest).join("").length).toBeGreaterThan(50_000);
  });

  test("and were there to be leaked: the carriers were sent each of them", () => {
    const find = leakFinder(canaries);
    const sent = find(sandbox.seen.map(({ headers, body }) => `${headers.authorization} ${headers["api-key"]} ${body}`).join("\n"));
    // LiveKit's secret signs, and is not sent: its tokens were there.
    expect(sandbox.seen.some(({ headers }) => withSandboxToken(headers.authorization ?? "") !== undefined)).toBe(true);
    for (const name of Object.keys(canaries).filter((key) => key !== "store password" && key !== "LiveKit secret"))
      expect(sent.some((found) => found.startsWith(`${name},`))).toBe(true);
  });
});

describe("the search for them", () => {
  test.each(Object.entries(forms))("finds each of them, and a piece of each, that is written %s", (_form, write) => {
    for (const [name, secret] of Object.entries(canaries)) {
      for (const piece of [secret, secret.slice(3, 11)])
        for (const written of write(piece)) expect(leakFinder({ [name]: secret })(`{"left":"…${written}…"}`)).not.toEqual([]);
    }
  });

  test("finds them wherever they begin in a longer text that is encoded", () => {
    for (const shift of [1, 2, 3]) {
      for (const encoding of ["base64", "base64url", "hex"] as const) {
        const text = Buffer.from(`${"x".repeat(shift)}${canaries["Exotel token"]}:more`).toString(encoding);
        expect(leakFinder(canaries)(text)).not.toEqual([]);
      }
    }
  });

  test("finds nothing in what holds none", () => {
    expect(leakFinder(canaries)(readFileSync(mainFile(), "utf8"))).toEqual([]);
  });
});
