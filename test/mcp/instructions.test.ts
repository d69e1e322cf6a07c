import { afterEach, expect, test } from "vitest";
import { readConfiguration } from "../../src/core/config.ts";
import { policyFrom } from "../../src/pipeline/policy.ts";
import { knownProviders } from "../../src/startup/local.ts";
import { tools } from "../../tools/index.ts";
import { startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

const carriers = knownProviders().map(({ id }) => id);
const everyTool = new RegExp(`\\b(?:${Object.keys(tools).join("|")})\\b`, "g");

test.each([undefined, [carriers[0] ?? ""], ["plans"], ["sip"], ["trunks"], carriers])(
  "the instructions of toolsets %j name no tool that is not listed",
  async (toolsets) => {
    trunkline = await startTrunkline({ policy: { toolsets } });
    const { tools: listed } = await trunkline.client.listTools();
    const named: string[] = trunkline.client.getInstructions()?.match(everyTool) ?? [];
    expect(named.filter((name) => !listed.some((tool) => tool.name === name))).toEqual([]);
    expect(named.includes("list_trunks")).toBe(toolsets === undefined || toolsets.includes("trunks"));
  },
);

test("an operator who names a carrier's toolset has the tools that find its trunks too", async () => {
  const { server } = readConfiguration({ TRUNKLINE_TOOLSETS: carriers[0] }, knownProviders());
  trunkline = await startTrunkline({ policy: { toolsets: policyFrom(server).toolsets } });
  const names = (await trunkline.client.listTools()).tools.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["list_trunks", "get_trunk"]));
  expect(names).not.toContain("plan_trunk");
});
