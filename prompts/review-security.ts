import * as z from "zod";
import { definePrompt, literal, numbered } from "../src/core/prompt.ts";

export default definePrompt({
  name: "review_security",
  title: "Review who may place calls",
  description: "Looks over all trunks for open address lists, forgotten logins and destinations, and lost spending limits.",
  arguments: z.object({ provider: z.string().max(32).optional().describe("Only this carrier") }),
  complete: { provider: async ({ providers }) => providers.map((provider) => provider.id) },
  async write({ provider }, { listTrunks, providers }) {
    const trunks = await listTrunks(provider);
    const has = (id: string) => providers.some((configured) => configured.id === id && (provider === undefined || provider === id));
    const steps = numbered([
      "The trunks are attached. For each one: get_trunk with its provider and trunk_id.",
      "Address lists: name every entry broader than /28, and every address that nobody can assign to a machine. Whoever sends from there places calls at the account's cost.",
      has("exotel")
        ? "Exotel: a trunk with both logins and whitelisted IPs; the carrier's documents disagree whether one or both are then asked for. Name trunks without numbers or with destinations over tcp, which carry calls unencrypted."
        : undefined,
      has("didww")
        ? "DIDWW: a threshold_amount above what a bad day may cost (3,000 a day when none was set), default_dst_action allow_all with few dst_prefixes (they are exceptions to it), allow_any_did_as_cli, media_encryption_mode disabled."
        : undefined,
      has("vyom")
        ? "Vyom: deactivated trunks keep their LiveKit trunk and credentials, which no list shows; ask the person whether old ones were removed there."
        : undefined,
      "Report findings in the order of what they could cost, each with the trunk's name, the evidence and the one call that mends it. Change nothing before the person has chosen.",
    ]);
    const scope = provider === undefined ? "all carriers" : literal(provider, "carrier");
    return [
      {
        text: `Review who may place calls, on ${scope}.\n${steps}`,
        resource: { uri: provider === undefined ? "trunks://" : `trunks://${encodeURIComponent(provider)}`, json: { trunks } },
      },
    ];
  },
});
