import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { kamailio } from "../support/kamailio.ts";
import { needs } from "../support/needs.ts";
import { startTrunkline, typedIn } from "../support/trunkline.ts";
import { check, install } from "./kamailio.ts";

const office = { provider: "telnyx", use_case: "outbound", trunk: "office", numbers: ["+13125550141"], ips: ["203.0.113.50"] };
const desk = {
  provider: "telnyx",
  use_case: "inbound",
  trunk: "desk",
  numbers: ["+13125550142"],
  destinations: ["sip.example.com:5061;transport=tls"],
};
const home = { provider: "telnyx", use_case: "outbound", trunk: "home", numbers: ["+442079460143"], credentials: ["homeoffice"] };
const limits = { options: { daily_spend_limit: "20.00" } };

/** Calls out, calls in, and both by registering: planned, applied and exported, in three calls each. */
test.each([
  ["termination", { ...office, ...limits }, "sip.telnyx.com"],
  ["origination", desk, undefined],
  ["a login", { ...home, ...limits }, "sip.telnyx.com"],
])("Kamailio takes the configuration of the quick start for %s", needs({ kamailio }), async (_, setup, host) => {
  const base = mkdtempSync(join(tmpdir(), "trunkline-telnyx-"));
  const person = ({ message }: { message: string }) => ({ action: "accept" as const, content: { trunk_name: typedIn(message) } });
  const world = await startTrunkline({ providers: [telnyx], unlimited: true, person, output: { kind: "folder", base } });
  onTestFinished(async () => {
    await world.close();
    rmSync(base, { recursive: true });
  });
  const done = async (tool: string, args: Record<string, unknown>) => {
    const { isError, value } = await world.call(tool, args);
    if (isError) throw new Error(`${tool}: ${JSON.stringify(value)}`);
    return value;
  };
  const { plan_id } = await done("plan_trunk", setup);
  expect(await done("apply_plan", { plan_id })).toMatchObject({ state: "done" });
  const exported = {
    provider: "telnyx",
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
