import { lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fingerprintIn } from "../../src/pbx/fingerprint.ts";
import { pbxFormatIds } from "../../src/pbx/format.ts";
import { type Options, startTrunkline, type Trunkline, ways } from "../support/trunkline.ts";

let trunkline: Trunkline;
let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "trunkline-export-"));
});
afterEach(async () => {
  await trunkline.close();
  rmSync(base, { recursive: true });
});

const password = "planted_Pass_42";

/** A trunk with a number and a login whose password only this server knows. */
async function withTrunk(options: Options = {}): Promise<string> {
  trunkline = await startTrunkline({ output: { kind: "folder", base }, environment: { TRUNKLINE_SECRET_SIP: password }, ...options });
  const { trunk_id } = (await trunkline.call("exotel_create_trunk", { trunk_name: "exported" })).value.trunk;
  await trunkline.call("exotel_map_phone_number", { trunk_sid: trunk_id, phone_number: "+918044319240" });
  await trunkline.call("exotel_create_credentials", { trunk_sid: trunk_id, user_name: "pbx", password: "env:TRUNKLINE_SECRET_SIP" });
  return trunk_id;
}

describe("what the chat sees, and what stands on the disk", () => {
  test.each(pbxFormatIds)("%s: the password is in the file alone, for its owner alone", async (format) => {
    const trunk_id = await withTrunk();
    const { value, raw } = await trunkline.call("export_pbx_config", { trunk_id, format, folder: "pbx" });
    expect(value.written.length).toBeGreaterThan(0);
    const text = value.written.map((path: string) => readFileSync(join(base, path), "utf8")).join("\n");
    expect(JSON.stringify(raw)).not.toContain(password);
    expect(text).not.toContain("SIP_PASSWORD");
    expect(value.files.map(({ text: shown }: { text: string }) => shown).join("\n")).toContain("SIP_PASSWORD");
    for (const path of value.written) expect(lstatSync(join(base, path)).mode & 0o777).toBe(0o600);
    expect(fingerprintIn(text)?.fingerprint).toBe(value.fingerprint);
    for (const steps of [value.put, value.load, value.test]) expect(steps.length).toBeGreaterThan(0);
  });

  test("without a folder nothing is written", async () => {
    const trunk_id = await withTrunk();
    const { value } = await trunkline.call("export_pbx_config", { trunk_id, format: "asterisk" });
    expect(value.written).toBeUndefined();
    expect(value.password).toContain("Name a folder");
  });

  test("a trunk that is known by its addresses is sent to no gateway that asks for a login, and none is to be filled in", async () => {
    const withLogin = await withTrunk();
    const asked = await trunkline.call("export_pbx_config", { trunk_id: withLogin, format: "asterisk" });
    expect(asked.value.gateway.host).toBe("in.voip.exotel.com");
    const { trunk_id } = (await trunkline.call("exotel_create_trunk", { trunk_name: "by_address" })).value.trunk;
    await trunkline.call("exotel_map_phone_number", { trunk_sid: trunk_id, phone_number: "+918044319241" });
    await trunkline.call("exotel_whitelist_ip", { trunk_sid: trunk_id, ip: "44.248.146.11" });
    const { value } = await trunkline.call("export_pbx_config", { trunk_id, format: "asterisk" });
    expect(value.gateway.host).toBe("pstn.in2.exotel.com");
    expect(JSON.stringify(value)).not.toMatch(/SIP_USER|SIP_PASSWORD/);
  });

  test("a gateway that the person names is taken, and the sources' disagreement is told of ours", async () => {
    const trunk_id = await withTrunk();
    const own = await trunkline.call("export_pbx_config", { trunk_id, format: "sheet" });
    expect(own.value.gateway.conflict).toEqual(expect.any(String));
    const gateway = "sip.example.com:5061;transport=tls";
    const named = await trunkline.call("export_pbx_config", { trunk_id, format: "sheet", gateway });
    expect(named.value.gateway).toEqual({ host: "sip.example.com", port: 5061, transport: "tls" });
  });
});

describe("what an answer says of it", () => {
  const textOf = ({ files }: { files: { text: string }[] }) => files.map(({ text }) => text).join("\n");

  test.each(pbxFormatIds)("%s: each step stands once, and in the file on the disk for who reads that", async (format) => {
    const trunk_id = await withTrunk();
    const { value, raw } = await trunkline.call("export_pbx_config", { trunk_id, format, folder: "pbx" });
    const answer = JSON.stringify((raw as { structuredContent: unknown }).structuredContent);
    for (const step of [...value.put, ...value.load, ...value.test])
      expect(answer.split(JSON.stringify(step).slice(1, -1)), step).toHaveLength(2);
    const written = value.written.map((path: string) => readFileSync(join(base, path), "utf8")).join("\n");
    for (const [word, steps] of Object.entries({ Put: value.put, Load: value.load, Test: value.test })) {
      for (const step of steps as string[])
        expect(written).toContain(`${word}: ${format === "freeswitch" ? step.replaceAll("--", "- -") : step}`);
    }
  });

  test("the PBX's public address is the only one that may call, unless it is given", async () => {
    const trunk_id = await withTrunk();
    const external = async (given: object = {}) =>
      /^;?external_media_address = .*$/m.exec(
        textOf((await trunkline.call("export_pbx_config", { trunk_id, format: "asterisk", ...given })).value),
      )?.[0];
    expect(await external()).toBe(";external_media_address = PUBLIC_IP");
    await trunkline.call("exotel_whitelist_ip", { trunk_sid: trunk_id, ip: "44.248.146.11" });
    expect(await external()).toBe("external_media_address = 44.248.146.11");
    expect(await external({ public_ip: "44.248.146.12" })).toBe("external_media_address = 44.248.146.12");
    await trunkline.call("exotel_whitelist_ip", { trunk_sid: trunk_id, ip: "44.248.146.13" });
    expect(await external()).toBe(";external_media_address = PUBLIC_IP");
  });

  test.each([
    ["asterisk", /^context = (\S+)$/m, /^\[(\S+)\]$/gm, 'the line "include => to-exotel_exported"'],
    ["freeswitch", /name="context" value="([^"]+)"/, /<context name="([^"]+)"/g, "XML to-exotel_exported"],
  ] as const)(
    "%s: the context that calls come in to is there, and how phones get out is a line to paste",
    async (format, named, made, line) => {
      const trunk_id = await withTrunk();
      const { value } = await trunkline.call("export_pbx_config", { trunk_id, format });
      const text = textOf(value);
      const contexts = [...text.matchAll(made)].map(([, name]) => name);
      expect(contexts).toContain(named.exec(text)?.[1]);
      expect(contexts).toContain("to-exotel_exported");
      const [paste] = value.put.filter((step: string) => step.includes(line));
      expect(paste).toContain("with their +");
    },
  );

  test.each(["asterisk", "kamailio", "opensips", "freeswitch"])(
    "%s: the way over TCP is named where a certificate is asked for, and can be taken",
    async (format) => {
      const trunk_id = await withTrunk();
      const tls = (await trunkline.call("export_pbx_config", { trunk_id, format })).value;
      const [, gateway] = /or export with gateway (\S+), which needs none/.exec([...tls.put, ...tls.load].join("\n")) ?? [];
      expect(gateway).toBe("in.voip.exotel.com:5070;transport=tcp");
      const tcp = (await trunkline.call("export_pbx_config", { trunk_id, format, gateway })).value;
      expect(tcp.gateway).toMatchObject({ port: 5070, transport: "tcp", source: expect.any(String) });
      expect([...tcp.put, ...tcp.load].join("\n")).not.toMatch(/certificate|export with gateway/);
    },
  );
});

describe.each(ways)("a file that is there, client $era over $transport", (way) => {
  const exported = { format: "asterisk", folder: "pbx" };

  test("is replaced when a person types the trunk's name, and stays otherwise", async () => {
    let typed = "no";
    const person = () => ({ action: "accept" as const, content: { trunk_name: typed } });
    const trunk_id = await withTrunk({ ...way, person });
    const [path = ""] = (await trunkline.call("export_pbx_config", { trunk_id, ...exported })).value.written;
    writeFileSync(join(base, path), "mine");
    const refused = await trunkline.call("export_pbx_config", { trunk_id, ...exported });
    expect(refused.value.code).toBe("approval_refused");
    expect(readFileSync(join(base, path), "utf8")).toBe("mine");
    typed = "exported";
    expect((await trunkline.call("export_pbx_config", { trunk_id, ...exported })).isError).toBe(false);
    expect(readFileSync(join(base, path), "utf8")).toMatch(/type *= *endpoint/);
  });
});

describe("a folder outside the working folder", () => {
  test.each(["../out", "/etc/asterisk", "a/../../b", "", "."])("%j is refused or stays inside", async (folder) => {
    const trunk_id = await withTrunk();
    const { isError, value } = await trunkline.call("export_pbx_config", { trunk_id, format: "asterisk", folder });
    if (isError) expect(value).toMatchObject({ code: "invalid_input", applied: false });
    else for (const path of value.written ?? []) expect(path).not.toMatch(/^\/|\.\./);
  });

  test("a link is not followed", async () => {
    const trunk_id = await withTrunk();
    symlinkSync("/tmp", join(base, "pbx"));
    const { isError, value } = await trunkline.call("export_pbx_config", { trunk_id, format: "asterisk", folder: "pbx" });
    expect(isError).toBe(true);
    expect(value.applied).toBe(false);
  });
});
