import * as z from "zod";
import { UNASKED_MASK } from "../src/core/person-limits.ts";
import { definePrompt, literal, numbered } from "../src/core/prompt.ts";

export default definePrompt({
  name: "review_security",
  title: "Review who may place calls",
  description: "Looks over all trunks for open address lists, forgotten logins and destinations, and lost spending limits.",
  arguments: z.object({ provider: z.string().max(32).optional().describe("Only this carrier") }),
  complete: { provider: async ({ providers }) => providers.map((provider) => provider.id) },
  async write({ provider }, { audit, providers }) {
    const trunks = await audit(provider);
    const concerned = providers.filter(({ id }) => provider === undefined || provider === id);
    const own = await Promise.all(concerned.map((carrier) => carrier.promptSentences?.()));
    const steps = numbered([
      "The audit of the trunks is attached: who may call over each, its routes and limits, and findings. While next_cursor is not null, go on with list_trunks, details and that cursor; name each carrier that is missing.",
      `Address lists: name every entry broader than /${UNASKED_MASK}, and every address that nobody can assign to a machine. Every machine behind it can place calls at the account's cost.`,
      ...own.map((sentences) => sentences?.security),
      "Report findings in the order of what they could cost, each with the trunk's name, the evidence and the one call that mends it. Change nothing before the person has chosen.",
    ]);
    const scope = provider === undefined ? "all carriers" : literal(provider, "carrier");
    return [
      {
        text: `Review who may place calls, on ${scope}.\n${steps}`,
        resource: { uri: provider === undefined ? "trunks://" : `trunks://${encodeURIComponent(provider)}`, json: trunks },
      },
    ];
  },
});
