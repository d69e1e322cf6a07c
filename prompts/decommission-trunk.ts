import * as z from "zod";
import { attachTrunk, definePrompt, literal, numbered } from "../src/core/prompt.ts";

/** What takes a trunk away, on each carrier, and what stays behind. */
const removals: Record<string, { call: (id: string) => string; stays: string }> = {
  exotel: {
    call: (id) => `exotel_delete_trunk {"trunk_sid": ${id}}`,
    stays: "The numbers stay in the account, and so does a Flow in the console that dials the trunk: tell the person to detach it.",
  },
  didww: {
    call: (id) => `didww_delete_voice_out_trunk {"trunk_id": ${id}}`,
    stays: "The DIDs stay in the account and go on being charged.",
  },
  vyom: {
    call: (id) => `vyom_deactivate_trunk {"trunk_id": ${id}}`,
    stays: "The LiveKit trunk and its credentials stay; tell the person to remove them there and to change the password at the carrier.",
  },
};

export default definePrompt({
  name: "decommission_trunk",
  title: "Take a trunk out of service",
  description: "Looks at what hangs on a trunk, then removes it in the right order, with a person's approval.",
  arguments: z.object({
    provider: z.string().max(32).describe("The trunk's carrier"),
    trunk: z.string().max(128).describe("Trunk id, or unique trunk name"),
  }),
  complete: {
    provider: async ({ providers }) => providers.map((provider) => provider.id),
    trunk: async ({ listTrunks }, { provider }) => (await listTrunks(provider)).map((trunk) => trunk.trunk_name),
  },
  async write({ provider, trunk: wanted }, { findTrunk }) {
    const trunk = await findTrunk(provider, wanted);
    const removal = removals[provider];
    if (!trunk || !removal)
      return [
        {
          text: `There is no trunk ${literal(wanted, "trunk")} on ${literal(provider, "carrier")}. Call list_trunks and ask the person which one is meant.`,
        },
      ];
    const id = literal(trunk.trunk_id, "id");
    const steps = numbered([
      "The trunk's live state is attached. Tell the person in one sentence which numbers stop working, and ask whether calls still run over it.",
      trunk.phone_numbers?.length
        ? "If a number is to move to another trunk, map it there after the removal: a number is on one trunk at a time."
        : undefined,
      `${removal.call(id)}. It waits for the person, who sees what is lost; do not answer for them.`,
      `list_trunks {"provider": ${literal(provider, "carrier")}}, to show that it is gone. Note snapshot_id of the removal: it holds what the trunk was.`,
      removal.stays,
    ]);
    return [{ text: `Take a trunk out of service.\n${steps}`, resource: attachTrunk(trunk) }];
  },
});
