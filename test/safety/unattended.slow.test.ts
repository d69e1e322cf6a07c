import { describe, expect, test } from "vitest";
import { runs } from "../support/runs.ts";
import type { ProviderId } from "./read-account.ts";
import { check } from "./unattended-check.ts";

/** What needs nobody's word, and must go on without. */
const allowed: Record<ProviderId, string[]> = {
  exotel: [
    ...["exotel_create_trunk", "exotel_update_trunk", "exotel_map_phone_number", "exotel_whitelist_ip", "exotel_create_credentials"],
    ...["exotel_add_destination_uris", "exotel_set_trunk_alias", "apply_plan", "export_pbx_config"],
  ],
  didww: ["didww_create_voice_out_trunk", "didww_update_voice_out_trunk", "apply_plan", "export_pbx_config"],
  vyom: ["vyom_create_outbound_trunk", "apply_plan", "export_pbx_config"],
};

describe.each<ProviderId>(["exotel", "didww", "vyom"])("with nobody to ask, %s", (provider) => {
  test("no trunk lets in more than the allowance, and none loses anything", { timeout: 400_000 }, async () => {
    const done = await check(provider, runs(1 / 3), 100_000);
    expect([...done]).toEqual(expect.arrayContaining(allowed[provider]));
  });
});
