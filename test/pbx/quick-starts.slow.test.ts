import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { kamailio } from "../support/kamailio.ts";
import { needs } from "../support/needs.ts";
import { startTrunkline, typedIn } from "../support/trunkline.ts";
import { check, install } from "./kamailio.ts";

const inbound = { use_case: "inbound", trunk: "desk", destinations: ["sip.example.com:5061;transport=tls"] };
const byAddress = { use_case: "outbound", trunk: "office", ips: ["203.0.113.50"] };
const byLogin = { use_case: "outbound", trunk: "home", credentials: ["homeoffice"] };
const limits = { options: { daily_spend_limit: "20.00" } };
const domain = (domain_name: string) => ({ options: { domain_name } });
const both = { ...byAddress, destinations: inbound.destinations };

/** Calls out, calls in, and both: planned, applied and exported, in three calls each. */
test.each<[string, AnyProvider, Record<string, unknown> & { trunk: string }, string | undefined]>([
  ["termination of Telnyx", telnyx, { ...byAddress, numbers: ["+13125550141"], ...limits }, "sip.telnyx.com"],
  ["origination of Telnyx", telnyx, { ...inbound, numbers: ["+13125550142"] }, undefined],
  ["a login of Telnyx", telnyx, { ...byLogin, numbers: ["+442079460143"], ...limits }, "sip.telnyx.com"],
  ["termination of Twilio", twilio, { ...byAddress, ...domain("office.pstn.twilio.com") }, "office.pstn.twilio.com"],
  ["origination of Twilio", twilio, { ...inbound, numbers: ["+12025550110"] }, undefined],
  ["a login of Twilio", twilio, { ...byLogin, ...domain("home.pstn.twilio.com") }, "home.pstn.twilio.com"],
  ["both of Twilio", twilio, { ...both, numbers: ["+12025550110"], ...domain("office.pstn.twilio.com") }, "office.pstn.twilio.com"],
])("Kamailio takes the configuration of the quick start for %s", needs({ kamailio }), async (_, provider, setup, host) => {
  const base = mkdtempSync(join(tmpdir(), "trunkline-quick-"));
  const person = ({ message }: { message: string }) => ({ action: "accept" as const, content: { trunk_name: typedIn(message) } });
  const world = await startTrunkline({ providers: [provider], unlimited: true, person, output: { kind: "folder", base } });
  onTestFinished(async () => {
    await world.close();
    rmSync(base, { recursive: true });
  });
  const done = async (tool: string, args: Record<string, unknown>) => {
    const { isError, value } = await world.call(tool, args);
    if (isError) throw new Error(`${tool}: ${JSON.stringify(value)}`);
    return value;
  };
  const { plan_id } = await done("plan_trunk", { provider: provider.id, ...setup });
  expect(await done("apply_plan", { plan_id })).toMatchObject({ state: "done" });
  const exported = {
    provider: provider.id,
    trunk_id: setup.trunk,
    format: "kamailio",
    folder: "pbx",
    public_ip: "203.0.113.50",
  };
  const { written } = await done("export_pbx_config", exported);
  const files = (written as string[]).map((path) => ({
    name: path.split("/").at(-1) ?? path,
    text: readFileSync(join(base, path), "utf8"),
  }));
  if (host !== undefined) expect(files.map(({ text }) => text).join("\n")).toContain(host);
  // The one thing that a person fills in.
  await using installed = await install(
    files.map(({ name, text }) => ({ name, comment: "hash", text: text.replaceAll("BIND_IP", "127.0.0.1") })),
  );
  const { code, said } = await check(installed.folder);
  expect(said).toContain("config file ok");
  expect(code).toBe(0);
});
