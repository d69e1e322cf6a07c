import fc from "fast-check";
import { expect, test } from "vitest";
import type { ProviderId } from "./read-account.ts";
import { live, nobody, openHouse } from "./unattended.ts";
import { script } from "./unattended-moves.ts";

/** Calls that need nobody's word, and must go on without it. */
const allowed: Record<ProviderId, string[]> = {
  exotel: [
    ...["exotel_create_trunk", "exotel_update_trunk", "exotel_map_phone_number", "exotel_whitelist_ip", "exotel_create_credentials"],
    ...["exotel_add_destination_uris", "exotel_set_trunk_alias", "apply_plan", "export_pbx_config"],
  ],
  didww: [
    ...["didww_create_voice_out_trunk", "didww_update_voice_out_trunk", "apply_plan", "export_pbx_config"],
    ...["didww_create_voice_in_trunk", "didww_update_voice_in_trunk", "didww_route_did"],
  ],
  vyom: ["vyom_create_outbound_trunk", "apply_plan", "export_pbx_config"],
  twilio: [
    ...["twilio_create_trunk", "twilio_update_trunk", "twilio_allow_ip", "twilio_create_credential", "twilio_assign_phone_number"],
    ...["twilio_add_origination_url", "twilio_update_origination_url", "apply_plan"],
  ],
  livekit: [
    ...["livekit_create_inbound_trunk", "livekit_create_outbound_trunk", "livekit_create_dispatch_rule"],
    ...["livekit_update_inbound_trunk", "livekit_update_outbound_trunk", "livekit_update_dispatch_rule", "apply_plan"],
  ],
  telnyx: [
    ...["telnyx_create_connection", "telnyx_update_connection", "telnyx_add_address", "telnyx_assign_phone_number", "apply_plan"],
    ...["telnyx_create_outbound_voice_profile", "telnyx_update_outbound_voice_profile", "export_pbx_config"],
  ],
};

/** Histories in which each of those calls is sure to stand; the check ends with the last of them. */
const ENOUGH = 1_500;

test.each(Object.keys(allowed) as ProviderId[])("with nobody to ask, what needs nobody's word goes on: %s", async (provider) => {
  // The same histories each time: nothing here depends on luck.
  const histories = fc.sample(fc.tuple(fc.constantFrom(...nobody), script(provider, 6)), { seed: 7, numRuns: ENOUGH });
  const held = new Set(allowed[provider]);
  for (const [mode, moves] of histories) {
    if (!moves.some(({ tool }) => held.has(tool))) continue;
    const house = await openHouse(mode, "observed");
    for (const tool of (await live(house, moves)).done) held.delete(tool);
    await house.close();
  }
  expect([...held]).toEqual([]);
});
