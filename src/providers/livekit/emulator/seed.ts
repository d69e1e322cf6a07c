import { askEmulator, type Emulator } from "../../../core/carrier/emulator.ts";
import { SANDBOX_KEY, SANDBOX_SECRET } from "../sandbox-key.ts";
import { mintToken } from "../token.ts";

/** A number that an agent answers, a trunk for calls out, and an inbound trunk that no rule leads anywhere. */
export function seedLiveKit(emulator: Emulator): void {
  const headers = { authorization: `Bearer ${mintToken(SANDBOX_KEY, SANDBOX_SECRET)}` };
  const ask = (method: string, body: object) =>
    askEmulator(emulator, "POST", `twirp/livekit.SIP/${method}`, headers, body) as Record<string, unknown>;
  const login = { auth_username: "front_desk", auth_password: "sandboxOnly1234567890abc" };
  const answered = ask("CreateSIPInboundTrunk", { trunk: { name: "front-desk-in", numbers: ["+33144556677"], ...login } });
  ask("CreateSIPDispatchRule", {
    dispatch_rule: {
      name: "to-front-desk",
      trunk_ids: [answered["sip_trunk_id"]],
      rule: { dispatch_rule_individual: { room_prefix: "call" } },
      room_config: { agents: [{ agent_name: "front-desk" }] },
    },
  });
  ask("CreateSIPInboundTrunk", { trunk: { name: "unanswered", numbers: ["+37061498222"], allowed_addresses: ["46.19.210.14"] } });
  ask("CreateSIPOutboundTrunk", {
    trunk: {
      name: "calls-out",
      address: "fra.eu.out.didww.com",
      transport: "SIP_TRANSPORT_TLS",
      numbers: ["+33144556677"],
      media: { encryption: "SIP_MEDIA_ENCRYPT_REQUIRE" },
      ...login,
    },
  });
}
