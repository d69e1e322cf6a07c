import { afterEach, expect, test } from "vitest";
import { startPlanning } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
afterEach(() => trunkline.close());

const carriers = [
  ["telnyx", "+13125550141", "encrypted_media", "SRTP"],
  ["twilio", "+12025550110", "secure", true],
  ["didww", "+37061498222", "media_encryption_mode", "srtp_sdes"],
] as const;

test.each(carriers)(
  "a destination over TLS at %s, whose media are not encrypted: the plan says so, and how to encrypt them",
  async (provider, number, option, value) => {
    trunkline = await startPlanning();
    const warningsOf = async (transport: string, options: Record<string, unknown> = {}) => {
      const destinations = [`sip.example.com:5070;transport=${transport}`];
      const given = { provider, use_case: "inbound", trunk: "line", numbers: [number], destinations, options };
      const { value: made } = await trunkline.call("plan_trunk", given);
      expect(made.plan_id, JSON.stringify(made)).toEqual(expect.any(String));
      return ((made.warnings ?? []) as string[]).filter((one) => one.startsWith("TLS hides"));
    };
    const said = `TLS hides the signalling of "line" only: its media are not encrypted. options.${option} ${value} encrypts them.`;
    expect(await warningsOf("tls")).toEqual([said]);
    expect(await warningsOf("tls", { [option]: value })).toEqual([]);
    expect(await warningsOf("tcp")).toEqual([]);
  },
);
