import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { CarrierPlanner, Step } from "../../src/core/carrier/planner.ts";
import { effects } from "../../src/plans/planning/step-rows.ts";
import { type ToolName, tools } from "../../tools/index.ts";
import { planners } from "../support/planners.ts";

const step = (provider: string, tool: string, given: Partial<Step> = {}): Step => ({
  ...{ n: 1, provider, trunk: "office", tool, arguments: {}, effect: "create", reason: "It is wanted." },
  ...given,
});

/** The write tools that a carrier's planner names. */
async function emitted(): Promise<[provider: string, tool: string][]> {
  const found: [string, string][] = [];
  for (const id of planners.keys()) {
    const folder = `src/providers/${id}`;
    const names = (await readdir(folder, { recursive: true })).filter((name) => /^planner(\.ts$|\/)/.test(name) && name.endsWith(".ts"));
    const text = (await Promise.all(names.map((name) => readFile(`${folder}/${name}`, "utf8")))).join("\n");
    for (const name of Object.keys(tools) as ToolName[]) {
      const { effect, provider } = (await tools[name]()).default;
      if (provider?.id === id && effect !== "read" && text.includes(`"${name}"`)) found.push([id, name]);
    }
  }
  return found;
}

const steps = await emitted();

describe("a plan's steps in words", () => {
  test("there are steps to say, of each carrier", () => {
    expect(steps.length).toBeGreaterThanOrEqual(18);
    expect(new Set(steps.map(([provider]) => provider))).toEqual(new Set(planners.keys()));
  });

  test.each(steps)("%s says %s in a sentence of its own", (provider, tool) => {
    const said = planners.get(provider)?.say([step(provider, tool)], 'trunk "office"');
    expect(said, `add ${tool} to stepSentences in src/providers/${provider}/approval-sentences.ts`).toBeDefined();
    expect(said).toMatch(/^[A-Z].*trunk "office".*\.$/);
    expect(said).not.toContain(tool);
    const others = steps.filter(([, other]) => other !== tool);
    for (const [id, other] of others) expect(planners.get(id)?.say([step(id, other)], 'trunk "office"')).not.toBe(said);
  });

  test("a tool that its carrier does not say is named, and counted as steps", () => {
    const runs = [step("sipgate", "sipgate_create_trunk"), step("sipgate", "sipgate_create_trunk", { n: 2 })];
    const silent = { ...planners.get("vyom"), say: () => undefined } as CarrierPlanner;
    for (const known of [new Map(), new Map([["sipgate", silent]])]) {
      expect(effects({ steps: runs }, known)).toEqual(['Call sipgate_create_trunk (2 steps) on trunk "office".']);
    }
  });

  test("a carrier's own sentence is the one that a person reads", () => {
    const own = { ...planners.get("vyom"), say: (run, trunk) => `Open ${run.length} lines on ${trunk}.` } as CarrierPlanner;
    const runs = [step("sipgate", "sipgate_create_trunk"), step("sipgate", "sipgate_create_trunk", { n: 2 })];
    expect(effects({ steps: runs }, new Map([["sipgate", own]]))).toEqual(['Open 2 lines on trunk "office".']);
  });

  test("destinations of one call are counted one by one", () => {
    const destinations = [1, 2, 3, 4, 5].map((n) => ({ destination: `s${n}.example.com:5061;transport=tls` }));
    expect(effects({ steps: [step("exotel", "exotel_add_destination_uris", { arguments: { destinations } })] }, planners)).toEqual([
      'Send inbound calls of trunk "office" to 5 destinations (s1.example.com:5061;transport=tls to s5.example.com:5061;transport=tls).',
    ]);
  });

  test("a removal is said by what it removes, whatever its reason says", () => {
    const removal = step("exotel", "exotel_unmap_phone_number", {
      ...{ effect: "destroy", about: 'Number "+918044319240"', reason: "Nobody dials it." },
    });
    expect(effects({ steps: [removal] }, planners)[0]).toContain('("+918044319240")');
  });
});
