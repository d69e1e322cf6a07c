import { newNumber } from "./numbers.ts";
import type { SandboxState } from "./state.ts";

/** Put together here: nothing that looks like a live account's stands in the source. */
export const twilioSandboxAccount = {
  sid: `AC${"a".repeat(32)}`,
  key: `SK${"a".repeat(32)}`,
  secret: "sandbox-secret",
  token: "sandbox-token",
  /** Below `sid`. The older API serves it under the same key; trunks are always those of `sid`. */
  subaccount: `AC${"b".repeat(32)}`,
} as const;

/** No trunk and no list. Of the numbers, one has a web address, one an application, one is provisioned for emergency calls. */
export function emptyState(): SandboxState {
  const { sid, subaccount } = twilioSandboxAccount;
  const numbers = [
    newNumber(sid, "+12025550110"),
    newNumber(sid, "+12025550111"),
    newNumber(sid, "+12025550112"),
    newNumber(sid, "+12025550113", { voice_url: "https://example.com/voice" }),
    newNumber(sid, "+12025550114", { voice_application_sid: `AP${"a".repeat(32)}` }),
    newNumber(sid, "+12025550115", { emergency_status: "Active" }),
    newNumber(subaccount, "+12025550190"),
  ];
  return { trunks: new Map(), lists: new Map(), numbers: new Map(numbers.map((number) => [number.sid, number])), serial: 1 };
}
