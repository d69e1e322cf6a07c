import { describe, expect, test } from "vitest";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { providers } from "../../src/providers/index.ts";
import { startTrunkline } from "../support/trunkline.ts";
import { lines, wanted } from "./support.ts";

/** LiveKit as an operator has it who did not set its host for calls. */
const withoutHost = providers.map((provider): AnyProvider => {
  const sandboxSettings = (url: string) => {
    const { LIVEKIT_SIP_HOST: _, ...settings } = provider.sandboxSettings(url);
    return settings;
  };
  return { ...provider, sandboxSettings } as AnyProvider;
});

describe.each(Object.keys(lines))("%s and a host that only the conversation names", (provider) => {
  const given = { ...wanted(provider, "inbound"), sip_host: "attacker.example" };

  test("a person reads it before any call goes there", async () => {
    const forms: string[] = [];
    const person = ({ message }: { message: string }) => {
      forms.push(message);
      return { action: "decline" } as const;
    };
    const { call, sandbox, close } = await startTrunkline({ providers: withoutHost, person });
    const { plan_id } = (await call("connect_trunk", given)).value;
    expect((await call("apply_plan", { plan_id })).value).toMatchObject({ code: "approval_refused" });
    expect(forms).toHaveLength(1);
    expect(forms[0]).toContain('the host "attacker.example": the conversation names it, and no setting confirms it.');
    expect(sandbox.seen.filter(({ effect }) => effect === "write")).toEqual([]);
    await close();
  });

  test("one that is configured stands", async () => {
    const { call, close } = await startTrunkline();
    expect((await call("connect_trunk", given)).value.questions).toMatchObject([{ field: "sip_host" }]);
    expect((await call("connect_trunk", { ...given, sip_host: "sandbox.sip.livekit.cloud" })).value.plan_id).toBeDefined();
    await close();
  });
});
