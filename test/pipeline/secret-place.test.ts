import { afterEach, describe, expect, test } from "vitest";
import { readConfiguration } from "../../src/core/config.ts";
import { providers } from "../../src/providers/index.ts";
import { personsCommands } from "../../src/startup/local.ts";
import { agreeing, type Options, startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline?.close());

const call = async (tool: string, args: Record<string, unknown>) => (await trunkline.call(tool, args)).value;

async function start(options: Options = {}): Promise<string> {
  trunkline = await startTrunkline({ pages: true, ...options });
  return (await call("exotel_create_trunk", { trunk_name: "office" })).trunk.trunk_id;
}

/** A login that somebody else makes, by the carrier's own API. */
async function makeElsewhere(trunk_sid: string, user_name: string): Promise<void> {
  const { path = "" } = trunkline.sandbox.seen.find(({ method }) => method === "POST") ?? {};
  const { status } = await fetch(`${new URL(trunkline.sandbox.urlOf("exotel")).origin}${path}/${trunk_sid}/credentials`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("sandbox-key:sandbox-token")}`, "content-type": "application/json" },
    body: JSON.stringify({ user_name, password: "Made_Elsewhere_1" }),
  });
  expect(status).toBe(200);
}

describe("wherever a password is named, its place is", () => {
  test("a command, for a login that this server made", async () => {
    const trunk_sid = await start();
    const place = { secret_ref: `secret:exotel/${trunk_sid}/bot`, secret_command: `trunkline secret exotel/${trunk_sid}/bot` };
    expect((await call("exotel_create_credentials", { trunk_sid, user_name: "bot" })).credentials).toMatchObject(place);
    expect((await call("exotel_get_credentials", { trunk_sid })).credentials).toMatchObject([place]);
    expect((await call("get_trunk", { trunk_id: "office" })).trunk.credentials).toMatchObject([place]);
  });

  test("the carrier's console, for one that it does not have", async () => {
    const trunk_sid = await start();
    await makeElsewhere(trunk_sid, "theirs");
    const [login] = (await call("get_trunk", { trunk_id: trunk_sid })).trunk.credentials;
    expect(login).toMatchObject({ user_name: "theirs", secret_at: "the carrier's console" });
    expect(login).not.toHaveProperty("secret_ref");
  });

  test("nothing of a login that is gone, for another one of its name", async () => {
    const trunk_sid = await start({ person: agreeing });
    await call("exotel_create_credentials", { trunk_sid, user_name: "bot" });
    expect((await call("exotel_delete_credentials", { trunk_sid, user_name: "bot" })).removed).toBe(true);
    await makeElsewhere(trunk_sid, "bot");
    const [login] = (await call("exotel_get_credentials", { trunk_sid })).credentials;
    expect(login).toMatchObject({ user_name: "bot", secret_at: "the carrier's console" });
  });

  test("the page that shows it, where no terminal reaches this server", async () => {
    const trunk_sid = await start();
    if (trunkline.scope.outside) trunkline.scope.outside.secretCommand = () => undefined;
    const { credentials } = await call("exotel_create_credentials", { trunk_sid, user_name: "bot" });
    expect(credentials).not.toHaveProperty("secret_command");
    expect((await fetch(credentials.secret_url)).status).toBe(200);
    // As long as the sealed links of a hosted server are.
    if (trunkline.scope.outside) trunkline.scope.outside.revealUrl = async () => `https://trunks.example.com/secret/${"x".repeat(900)}`;
    const [login] = (await call("get_trunk", { trunk_id: trunk_sid })).trunk.credentials;
    expect(login.secret_url, "whole").toHaveLength(34 + 900);
  });

  test("a plan's answers too, also when it is asked for again", async () => {
    trunkline = await startTrunkline({ pages: true, unlimited: true });
    const setup = {
      provider: "exotel",
      trunk: "bot",
      use_case: "outbound",
      numbers: ["+918044319240"],
      credentials: ["bot"],
    };
    const { plan_id } = await call("plan_trunk", setup);
    const place = { user_name: "bot", secret_command: expect.stringMatching(/^trunkline secret exotel\/\S+\/bot$/) };
    expect((await call("apply_plan", { plan_id })).credentials).toMatchObject([place]);
    expect((await call("get_plan", { plan_id })).credentials).toMatchObject([place]);
  });

  test("and DIDWW's login, which the carrier tells", async () => {
    trunkline = await startTrunkline({ pages: true });
    const { credentials } = await call("didww_create_voice_out_trunk", {
      name: "out",
      on_cli_mismatch_action: "reject_call",
      allowed_sip_ips: ["44.1.1.1"],
    });
    expect(credentials.secret_command).toMatch(/^trunkline secret didww\/\S+\/sip$/);
    expect(JSON.stringify(credentials)).not.toContain('"password"');
  });
});

describe("the command", () => {
  const commandsOf = (environment: Record<string, string>) =>
    personsCommands(readConfiguration(environment, providers), { program: `node "/opt/trunkline/main.js"` });
  const live = { EXOTEL_ACCOUNT_SID: "a", EXOTEL_API_KEY: "b", EXOTEL_API_TOKEN: "c" };

  test("finds the same state from a person's own shell, and prints no key", () => {
    const line = 'node "/opt/trunkline/main.js" secret exotel/t/bot';
    const ofLive = `${line} --live`;
    expect(commandsOf(live).secretCommand("exotel/t/bot")).toBe(ofLive);
    expect(commandsOf({}).secretCommand("exotel/t/bot")).toBe(`${line} --sandbox`);
    expect(commandsOf({ ...live, TRUNKLINE_HOME: "/srv/of us" }).secretCommand("exotel/t/bot")).toBe(
      `TRUNKLINE_HOME='/srv/of us' ${ofLive}`,
    );
    const shared = { TRUNKLINE_STORE: "postgres://u:hidden@db/x", TRUNKLINE_MASTER_KEY: Buffer.alloc(32).toString("base64") };
    const command = 'TRUNKLINE_STORE="$TRUNKLINE_STORE" TRUNKLINE_MASTER_KEY="$TRUNKLINE_MASTER_KEY" ';
    expect(commandsOf({ ...live, ...shared }).secretCommand("exotel/t/bot")).toBe(`${command}${ofLive}`);
    expect(commandsOf(shared).secretCommand("exotel/t/bot"), "the sandbox is in it too").toBe(`${command}${line} --sandbox`);
  });

  test("runs nothing that a carrier calls a login", () => {
    expect(commandsOf(live).secretCommand("exotel/t/x'; rm -rf ~ #$(id)")).toMatch(
      /secret 'exotel\/t\/x'\\''; rm -rf ~ #\$\(id\)' --live$/,
    );
  });
});

test("an export without a folder says where the password is that it leaves out", async () => {
  const trunk_sid = await start();
  await call("exotel_map_phone_number", { trunk_sid, phone_number: "+918044319240" });
  const file = { trunk_id: trunk_sid, format: "sheet" };
  await makeElsewhere(trunk_sid, "theirs");
  expect(await call("export_pbx_config", file)).toMatchObject({ secret_at: "the carrier's console" });
  const other = (await call("exotel_create_trunk", { trunk_name: "ours" })).trunk.trunk_id;
  await call("exotel_map_phone_number", { trunk_sid: other, phone_number: "+918044319241" });
  await call("exotel_create_credentials", { trunk_sid: other, user_name: "bot" });
  const ours = await call("export_pbx_config", { ...file, trunk_id: other });
  expect(ours).toMatchObject({ secret_command: `trunkline secret exotel/${other}/bot` });
  expect(ours).not.toHaveProperty("secret");
});
