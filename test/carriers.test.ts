import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { guideText } from "../guides/index.ts";
import { orderWith } from "../src/check/table.ts";
import { defineCheck } from "../src/core/carrier/diagnosis.ts";
import { emptyTrunkPlan, type Step } from "../src/core/carrier/planner.ts";
import type { AnyProvider } from "../src/core/carrier/provider.ts";
import { setupFields } from "../src/core/carrier/setup.ts";
import { fail } from "../src/core/carrier/verdict.ts";
import { settingRows } from "../src/core/config.ts";
import { voicePlatforms } from "../src/pbx/platforms.ts";
import { plannersOf } from "../src/plans/planning/observe.ts";
import { effects } from "../src/plans/planning/step-rows.ts";
import { fileJsonSchema } from "../src/plans/planning/trunks-file.ts";
import { providers } from "../src/providers/index.ts";
import { errorCodeFields } from "../tools/sip/explain-sip-code.ts";
import { type ToyClient, toyProvider } from "./support/toy.ts";
import { startTrunkline } from "./support/trunkline.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Files that each carrier's folder has, under the same names. */
const parts = [
  ...["index", "client", "json", "errors", "view", "emulator", "planner", "approval-sentences", "diagnosis", "gateways"],
  ...["guides", "prompt-sentences"],
];
/** A platform has trunks of its own, and is also where other carriers' trunks lead: the files about that call it by its name. */
const platforms = new Set(voicePlatforms().map(({ id }) => id));
const namesPlatforms = /^src\/(pbx|check)\//;
const namesIn = (file: string) =>
  providers.filter(({ id }) => !(platforms.has(id) && namesPlatforms.test(file))).flatMap(({ id, title }) => [id, title.toLowerCase()]);

/** Lines that name a carrier, a header or a host of one included. */
function named(file: string, text: string): string[] {
  const lines = text.split("\n").map((line, index) => ({ line, at: `${file}:${index + 1}` }));
  const names = namesIn(file);
  return lines.filter(({ line }) => names.some((name) => line.toLowerCase().includes(name))).map(({ line, at }) => `${at} ${line.trim()}`);
}

describe("carriers' names", () => {
  test("stand in no source outside of the carriers' own folders, tools, prompts and guides", () => {
    const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
      .map((file) => `src/${file}`)
      .filter((file) => /\.(ts|json)$/.test(file) && !file.startsWith("src/providers/"));
    expect(files.length).toBeGreaterThan(200);
    expect(files.flatMap((file) => named(file, readFileSync(join(root, file), "utf8")))).toEqual([]);
  });

  test.each([
    ['const host = "in.voip.exotel.com";'],
    ['append_hf("X-Exotel-ErrorCode: 4001")'],
    ["// DIDWW keeps it so."],
    ['if (id === "vyom") return;'],
  ])("%s would be found", (line) => {
    expect(named("src/check/x.ts", `// fine\n${line}`)).toEqual([`src/check/x.ts:2 ${line}`]);
  });

  test("that of a platform is found wherever files are not about platforms", () => {
    expect(named("src/plans/x.ts", 'id === "livekit"')).toHaveLength(1);
    expect(named("src/pbx/x.ts", 'id === "livekit"; id === "exotel"')).toHaveLength(1);
    expect(named("src/pbx/x.ts", 'id === "livekit"')).toEqual([]);
  });

  test("a word that holds no name is not found", () => {
    expect(named("src/check/x.ts", "a carrier, a gateway and a trunk")).toEqual([]);
  });
});

/** A carrier in all its parts, as CONTRIBUTING tells to write one. */
const toy: AnyProvider = {
  ...toyProvider("toytel", ["alpha"]),
  setupOptions: { ring_tone: z.string().optional() },
  errorCodeHeader: "X-Toytel-Code",
  planner: async () => ({
    checkName: () => undefined,
    facts: () => ({}),
    plan: emptyTrunkPlan,
    say: (run, trunk) => `Have Toytel ring ${run.length} bells on ${trunk}.`,
    removeTrunk: ({ trunk_id }) => ({ tool: "toytel_drop_trunk", arguments: { trunk_id }, effect: "destroy", reason: "Not wanted." }),
    describe: () => ({ setups: [], comments: [] }),
    created: () => undefined,
    undo: () => undefined,
  }),
  gateways: async () => ({
    carrier: "toytel",
    gateways: [{ host: "sip.toytel.example", port: 5061, transport: "tls", role: "outbound", source: "Toytel, SIP page", seen: "2026-11" }],
    inbound_sources: { addresses: [], ask: "Ask Toytel.", source: "Toytel, SIP page", seen: "2026-11" },
    media: [],
    facts: [],
  }),
  diagnosis: async () => ({
    checks: [
      defineCheck({
        id: "toytel.bell",
        finds: "permission",
        run: () => [fail("The bell is muted.", { evidence: "It is silent.", remedy: "Ring it." })],
      }),
    ],
    repairs: {},
    needsNumbers: false,
    admission: () => ({ by: "none", logins: [] }),
    errorCode: (code) => `Toytel means ${code}.`,
  }),
  pbxFacts: async () => () => ({ flowHeader: { name: "X-Toytel-Account", value: "t1" }, needsLogin: true }),
  guides: async () => ({ limits: ["## Toytel", "", "- One bell a day."] }),
  promptSentences: async () => ({
    afterRemoval: "Toytel keeps the bell.",
    security: "Toytel: look who may ring.",
    causes: { "403": ["Toytel has no bell left."] },
  }),
};
const carriers = [...providers, toy];

describe("a carrier that is registered", () => {
  test("is in every schema that names carriers", () => {
    expect(setupFields(carriers).provider.description).toBe(`${providers.map(({ id }) => id).join(", ")} or toytel`);
    expect(Object.keys(setupFields(carriers).options.unwrap().shape)).toContain("ring_tone");
    expect(JSON.stringify(fileJsonSchema(carriers))).toContain("toytel");
    expect(errorCodeFields(carriers).input["toytel_error_code"]?.description).toBe("X-Toytel-Code");
    expect(errorCodeFields(carriers).output).toHaveProperty("toytel");
    expect(carriers.flatMap(({ settings }) => settingRows(settings)).map(({ name }) => name)).toContain("TOY_URL");
  });

  test("is in the guides", async () => {
    expect(await guideText("limits", carriers)).toMatch(/# Limits[\s\S]+## Vyom[\s\S]+## Toytel\n\n- One bell a day\.\n\n## /);
    expect(await guideText("inbound", carriers)).not.toContain("Toytel");
  });

  test("is in what a client sees: carriers, trunks, checks, PBX files, prompts and a plan's sentences", async ({ onTestFinished }) => {
    const { client, call, scope, close } = await startTrunkline({ providers: carriers, unlimited: true });
    onTestFinished(() => close());
    const listed = await client.readResource({ uri: "trunkline://providers" });
    expect(JSON.stringify(listed)).toContain("toytel");
    const trunk = { provider: "toytel", trunk_id: "toytel-0" };
    expect((await call("list_trunks", { provider: "toytel" })).value.trunks).toEqual([expect.objectContaining(trunk)]);

    const { findings } = (await call("check_trunk", trunk)).value;
    expect(findings[0]).toMatchObject({ check: "toytel.bell", status: "fail" });
    const { files } = (await call("export_pbx_config", { ...trunk, format: "sheet" })).value;
    expect(files[0].text).toContain("sip.toytel.example");
    expect(files[0].text).toContain("SIP_USER");

    const prompt = async (name: string, given: Record<string, string>) =>
      JSON.stringify(await client.getPrompt({ name, arguments: given }));
    const decommission = await prompt("decommission_trunk", { provider: "toytel", trunk: "alpha" });
    expect(decommission).toContain(JSON.stringify('toytel_drop_trunk {"trunk_id": "toytel-0"}').slice(1, -1));
    expect(decommission).toContain("Toytel keeps the bell.");
    expect(await prompt("review_security", {})).toContain("Toytel: look who may ring.");
    expect(await prompt("troubleshoot_trunk", { provider: "toytel", trunk: "alpha", symptom: "403" })).toContain(
      "Toytel has no bell left.",
    );

    const step: Step = { n: 1, provider: "toytel", trunk: "alpha", tool: "toytel_ring", arguments: {}, effect: "create", reason: "Ring." };
    expect(effects({ steps: [step] }, await plannersOf(scope.carriers))).toEqual(['Have Toytel ring 1 bells on trunk "alpha".']);
  });

  test("says what its API is like: forms, a second host, long ids, calls at once and a write of several requests", async ({
    onTestFinished,
  }) => {
    const { call, client, scope, sandbox, close } = await startTrunkline({ providers: [toy] });
    onTestFinished(() => close());
    const { trunk } = (await call("get_trunk", { provider: "toytel", trunk_id: "toytel-0" })).value;
    expect(trunk.attributes).toEqual({ serial: "1293384261075731499" });
    const connected = await Promise.all(scope.carriers.map((one) => one.connected()));
    const [{ hangBells }] = connected.map(({ client: own }) => own) as [ToyClient];
    sandbox.script({ kind: "lost", method: "POST" });
    expect(await hangBells.send({ bells: ["a b", "c"] })).toEqual({ value: { bells: ["a b", "c"] }, settled: true });
    const posts = sandbox.seen.filter(({ method }) => method === "POST").map(({ path, body }) => `${path} ${body}`);
    expect(posts).toEqual(["/toytel/bells/rows Bell=a+b", "/toytel/bells/rows Bell=c"]);
    expect(JSON.stringify(await client.readResource({ uri: "trunkline://providers" }))).toContain('at_once\\":4');
  });

  test("is asked for a contract, for its own tools and for each part of its folder", () => {
    const missing = (id: string) => [
      `test/providers/contract/${id}.ts`,
      `tools/${id}`,
      ...parts.map((part) => `src/providers/${id}/${part}.ts`),
    ];
    for (const { id } of providers) expect(missing(id).filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(missing("toytel").every((path) => !existsSync(join(root, path)))).toBe(true);
  });

  test("is checked after the common checks, in its own order", () => {
    const order = orderWith([{ id: "toytel.b" }, { id: "trunk.active" }, { id: "toytel.a" }]);
    expect(order.slice(-3)).toEqual(["toytel.b", "toytel.a", "drift"]);
    expect(new Set(order).size).toBe(order.length);
  });
});
