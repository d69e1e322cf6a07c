import * as z from "zod";
import { attachTrunk, definePrompt, literal, numbered } from "../src/core/prompt.ts";

export default definePrompt({
  name: "decommission_trunk",
  title: "Take a trunk out of service",
  description: "Looks at everything that a trunk has, then removes it in the right order, with a person's approval.",
  arguments: z.object({
    provider: z.string().max(32).describe("The trunk's carrier"),
    trunk: z.string().max(128).describe("Trunk id, or unique trunk name"),
  }),
  complete: {
    provider: async ({ providers }) => providers.map((provider) => provider.id),
    trunk: async ({ listTrunks }, { provider }) => (await listTrunks(provider)).map((trunk) => trunk.trunk_name),
  },
  async write({ provider, trunk: wanted }, { findTrunk, providers }) {
    const trunk = await findTrunk(provider, wanted);
    const carrier = providers.find(({ id }) => id === provider);
    const [planner, sentences] = await Promise.all([carrier?.planner?.(), carrier?.promptSentences?.()]);
    const removal = trunk && planner?.removeTrunk(trunk);
    if (!trunk || !removal)
      return [
        {
          text: `There is no trunk ${literal(wanted, "trunk")} on ${literal(provider, "carrier")}. list_trunks shows those that there are: ask the person which one is meant.`,
        },
      ];
    const given = Object.entries(removal.arguments).map(([name, value]) => `"${name}": ${literal(String(value), name)}`);
    const steps = numbered([
      "The trunk's live state is attached. Tell the person in one sentence which numbers stop working, and ask whether calls still run over it.",
      trunk.phone_numbers?.length ? "If a number is to move to another trunk, plan_trunk moves it there before the removal." : undefined,
      `${removal.tool} {${given.join(", ")}}. It asks the person by itself and shows them what is lost; do not answer for them.`,
      "The answer says what was taken away, and where a snapshot of it is: tell the person both.",
      sentences?.afterRemoval,
    ]);
    return [{ text: `Take a trunk out of service.\n${steps}`, resource: attachTrunk(trunk) }];
  },
});
