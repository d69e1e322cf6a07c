import * as z from "zod";
import { trunkSchema } from "../../src/core/carrier/trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { newTrunk } from "../../src/providers/exotel/after.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { checkTrunkName } from "../../src/providers/exotel/input-rules.ts";
import { refuse } from "../../src/rules/findings.ts";

export default defineTool({
  name: "exotel_create_trunk",
  title: "Create an Exotel trunk",
  description: "Creates an empty trunk. plan_trunk makes one together with its numbers, addresses and destinations.",
  provider: exotel,
  effect: "create",
  changesList: true,
  input: z.strictObject({
    trunk_name: z.string().max(64).describe("1 to 16 letters, digits, underscores"),
    nso_code: z.literal("ANY-ANY").default("ANY-ANY").meta({ unlisted: true }),
    domain_name: z.string().max(128).optional().meta({ unlisted: true }),
  }),
  output: z.object({ trunk: trunkSchema }),
  check: ({ trunk_name, domain_name }) => [
    checkTrunkName("trunk_name", trunk_name),
    domain_name === undefined || /^[A-Za-z0-9-]+\.pstn\.exotel\.com$/.test(domain_name)
      ? undefined
      : refuse(
          "domain_name",
          "The domain must be <account_sid>.pstn.exotel.com. Nothing was sent.",
          "Leave domain_name out to have the right one.",
        ),
  ],
  after: (_, input) => newTrunk(input),
  write: ({ client }) => client.createTrunk,
});
