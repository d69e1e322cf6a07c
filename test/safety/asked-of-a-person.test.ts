import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { agreeing, type Options, startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

const number = "+918044319240";
const writes = () => trunkline.sandbox.seen.filter(({ effect }) => effect === "write").length;

async function start(options: Options = {}): Promise<string> {
  trunkline = await startTrunkline({ pages: true, ...options });
  return (await trunkline.call("exotel_create_trunk", { trunk_name: "office" })).value.trunk.trunk_id;
}

/** The words with which a call waits, or nothing where it went through. */
async function asked(tool: string, args: Record<string, unknown>): Promise<string | undefined> {
  const before = writes();
  const { value } = await trunkline.call(tool, args);
  if (value.code !== "approval_required") return value.code === undefined ? undefined : `${value.code}: ${value.message}`;
  expect(writes(), `${tool} waits, and sent nothing`).toBe(before);
  return value.message;
}

describe("what opens a trunk bit by bit", () => {
  test("sixteen /28 in a row stop at the second: together they are the /24 that a person is asked for", async () => {
    const trunk_sid = await start();
    expect(await asked("exotel_whitelist_ip", { trunk_sid, ip: "44.1.1.0", mask: 28 })).toBeUndefined();
    expect(await asked("exotel_whitelist_ip", { trunk_sid, ip: "44.1.1.16", mask: 28 })).toContain("All 16 addresses of 44.1.1.16/28");
  });

  test("nine at once, each within the allowance by itself, leave sixteen addresses at most", async () => {
    const trunk_sid = await start({ unlimited: true });
    const answers = await Promise.all(
      Array.from({ length: 9 }, (_, index) => trunkline.call("exotel_whitelist_ip", { trunk_sid, ip: `44.1.${index}.8`, mask: 30 })),
    );
    expect(answers.filter(({ isError }) => !isError)).toHaveLength(4);
    const { whitelisted_ips } = (await trunkline.call("exotel_list_whitelisted_ips", { trunk_sid })).value;
    expect(whitelisted_ips).toHaveLength(4);
  });

  test("a first address on a server whose allowance is 0", async () => {
    const trunk_sid = await start({ policy: { ask: { askFor: "widening", allowance: { callers: 0, logins: 2 } } } });
    expect(await asked("exotel_whitelist_ip", { trunk_sid, ip: "44.1.1.1" })).toContain("44.1.1.1/32 may place calls at your cost.");
  });

  test("a third login", async () => {
    const trunk_sid = await start();
    const login = (user_name: string) => asked("exotel_create_credentials", { trunk_sid, user_name });
    expect([await login("one"), await login("two")]).toEqual([undefined, undefined]);
    expect(await login("three")).toContain('The login "three" may place calls, besides 2 others.');
  });

  test("every first digit under reject_all, which is allow_all", async () => {
    await start();
    const plain = { name: "out", on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["44.1.1.1"], default_dst_action: "reject_all" };
    await trunkline.call("didww_create_voice_out_trunk", { ...plain, threshold_amount: "10.0", dst_prefixes: ["91"] });
    const opened = { trunk_id: "out", dst_prefixes: [..."123456789"] };
    expect(await asked("didww_update_voice_out_trunk", opened)).toContain("Calls may go to numbers that begin with 1.");
  });

  test("a list of callers that is swapped for another, with all else that the call does", async () => {
    await start();
    const plain = { name: "out", on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["44.1.1.1"], threshold_amount: "100.0" };
    await trunkline.call("didww_create_voice_out_trunk", { ...plain, media_encryption_mode: "srtp_sdes" });
    const message = await asked("didww_update_voice_out_trunk", {
      trunk_id: "out",
      allowed_sip_ips: ["44.9.9.9"],
      callback_url: "https://collector.example.net/x",
      media_encryption_mode: "disabled",
      threshold_amount: "150.0",
    });
    for (const shown of ["44.1.1.1/32", "44.9.9.9/32", "https://collector.example.net/x", "srtp_sdes", "up to 150"])
      expect(message).toContain(shown);
  });
});

describe("a number", () => {
  test("is not put into another one's place by the call that switches its mode", async () => {
    const trunk_sid = await start({ person: agreeing });
    const { phone_number_id } = (await trunkline.call("exotel_map_phone_number", { trunk_sid, phone_number: number })).value.phone_number;
    const before = writes();
    for (const mode of ["pstn", "flow"]) {
      const { value } = await trunkline.call("exotel_update_phone_number", {
        trunk_sid,
        phone_number_id,
        phone_number: "+918044319999",
        mode,
      });
      expect(value).toMatchObject({ code: "invalid_input", field: "phone_number", applied: false });
    }
    expect(writes()).toBe(before);
  });

  test("that the alias shows is unmapped only with a word about the alias", async () => {
    const trunk_sid = await start();
    const { phone_number_id } = (await trunkline.call("exotel_map_phone_number", { trunk_sid, phone_number: number })).value.phone_number;
    await trunkline.call("exotel_set_trunk_alias", { trunk_sid, alias: number });
    expect(await asked("exotel_unmap_phone_number", { trunk_sid, phone_number_id })).toContain(
      `The alias of the trunk is ${number} as well`,
    );
  });

  test("that is not mapped is an alias of which the result says so", async () => {
    const trunk_sid = await start();
    const { value } = await trunkline.call("exotel_set_trunk_alias", { trunk_sid, alias: number });
    expect(value.warnings.join()).toContain(`${number} is not mapped to this trunk`);
    expect(value).toMatchObject({ before: { trunk_name: "office", alias: null }, after: { trunk_name: "office", alias: number } });
  });
});

test("destinations are counted without those that are there", async () => {
  const trunk_sid = await start();
  const to = (...hosts: string[]) => ({ trunk_sid, destinations: hosts.map((host) => ({ destination: `${host}:5061;transport=tls` })) });
  await trunkline.call("exotel_add_destination_uris", to("a.example.com"));
  const message = await asked("exotel_add_destination_uris", to("sip:A.example.com", "b.example.com"));
  expect(message).toContain('Destination "b.example.com:5061;transport=tls" gets calls besides');
  expect(message).not.toMatch(/Opened: Destination "a\.example/i);
});

test("a range that the carrier refuses because a wider one lets it in: the answer names the wider one, and what to do", async () => {
  const trunk_sid = await start({ person: agreeing });
  await trunkline.call("exotel_whitelist_ip", { trunk_sid, ip: "13.234.50.0", mask: 24 });
  trunkline.sandbox.script({ kind: "status", method: "POST", status: 409 });
  const { value } = await trunkline.call("exotel_whitelist_ip", { trunk_sid, ip: "13.234.50.0", mask: 29 });
  expect(value).toMatchObject({ code: "conflict", applied: false });
  expect(value.hint).toMatch(
    /^13\.234\.50\.0\/24 \(whitelisted_ip_id \S+\) is listed and lets 13\.234\.50\.0\/29 in already\. Leave it so/,
  );
});

test("the result says how a person agreed, and a rename is spoken of for 30 days", async () => {
  const trunk_sid = await start({ person: agreeing });
  await trunkline.call("exotel_update_trunk", { trunk_sid, trunk_name: "old_test" });
  expect(await trunkline.call("exotel_delete_trunk", { trunk_sid })).toMatchObject({ value: { removed: true, approved: { by: "form" } } });
  const again = (await trunkline.call("exotel_create_trunk", { trunk_name: "prod" })).value.trunk.trunk_id;
  await trunkline.call("exotel_update_trunk", { trunk_sid: again, trunk_name: "old_test" });
  await trunkline.scope.store.pin.set("4711 is long");
  expect(await asked("exotel_delete_trunk", { trunk_sid: again })).toContain('was called "prod" until 1 minute ago');
});

test("with a PIN set a form is no way, whoever answers it", async () => {
  let forms = 0;
  const trunk_sid = await start({
    person: (form) => {
      forms++;
      return agreeing(form);
    },
  });
  await trunkline.scope.store.pin.set("4711 is long");
  expect(await asked("exotel_delete_trunk", { trunk_sid })).toContain('Delete trunk "');
  expect(forms).toBe(0);
});

describe("a password", () => {
  test("given in the conversation waits for a person, who reads so, or is refused where the operator says so", async () => {
    const trunk_sid = await start();
    const login = { trunk_sid, user_name: "bot", password: "Correct_Horse_1" };
    expect(await asked("exotel_create_credentials", login)).toContain("The password was given in the conversation");
    trunkline.scope.policy.plainPasswords = "refuse";
    const { value } = await trunkline.call("exotel_create_credentials", login);
    expect(value).toMatchObject({ code: "invalid_input", field: "password", applied: false });
    expect(value.hint).toMatch(/env:TRUNKLINE_SECRET_.*pass ask/);
  });

  test("that the person types on the page was never in the chat, and goes to the carrier", async () => {
    const trunk_sid = await start();
    const login = { trunk_sid, user_name: "bot", password: "ask" };
    const waiting = (await trunkline.call("exotel_create_credentials", login)).value;
    const page = await (await fetch(waiting.approve_url)).text();
    const [, token = ""] = /name="token" value="([\w-]+)"/.exec(page) ?? [];
    const cookie = (await fetch(waiting.approve_url)).headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(page).toContain('name="secret.password" type="password"');
    const press = async (fields: Record<string, string>) => {
      const opened = await fetch(waiting.approve_url);
      const own = /name="token" value="([\w-]+)"/.exec(await opened.text())?.[1] ?? token;
      const headers = { cookie: opened.headers.get("set-cookie")?.split(";")[0] ?? cookie, "sec-fetch-site": "same-origin" };
      const body = new URLSearchParams({ token: own, decision: "approve", name: "office", ...fields });
      return await fetch(waiting.approve_url, { method: "POST", headers, body });
    };
    expect(await (await press({})).text()).toContain("The password is missing. Nothing was decided.");
    expect((await press({ "secret.password": "Typed_By_Hand_1" })).status).toBe(200);
    const { value, raw } = await trunkline.call("exotel_create_credentials", { ...login, approval: waiting.approval });
    expect(value).toMatchObject({ credentials: { user_name: "bot" }, approved: { by: "page" } });
    expect(JSON.stringify([raw, waiting])).not.toContain("Typed_By_Hand_1");
    expect(trunkline.sandbox.seen.at(-1)?.body ?? "").toContain("Typed_By_Hand_1");
  });
});

test("a PBX file that would send the login to a foreign host waits for a person, and is not written", async () => {
  const base = mkdtempSync(join(tmpdir(), "trunkline-foreign-"));
  const trunk_sid = await start({ output: { kind: "folder", base } });
  await trunkline.call("exotel_map_phone_number", { trunk_sid, phone_number: number });
  await trunkline.call("exotel_create_credentials", { trunk_sid, user_name: "pbx" });
  const file = { trunk_id: trunk_sid, format: "asterisk", folder: "pbx", gateway: "sip.evil.example.net:5061;transport=tls" };
  expect(await asked("export_pbx_config", file)).toContain("The PBX would send calls, and the trunk's login, to sip.evil.example.net:5061");
  rmSync(base, { recursive: true });
});

test("a name that looks like another trunk's is typed as the id", async () => {
  const trunk_sid = await start();
  await trunkline.call("exotel_create_trunk", { trunk_name: "0ffice" });
  const { value } = await trunkline.call("exotel_delete_trunk", { trunk_sid });
  const page = await (await fetch(value.approve_url)).text();
  expect(page).toContain(`type <bdi class="name">${trunk_sid}</bdi>`);
});
