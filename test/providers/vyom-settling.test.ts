import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { newId } from "../../src/core/id.ts";
import { callTool } from "../../src/pipeline/call.ts";
import type { Scope } from "../../src/pipeline/scope.ts";
import type { Fault } from "../../src/sandbox/server.ts";
import { tools } from "../../tools/index.ts";
import { exotelTrunk as exotel, type StartedVyom, startVyom, startVyomOn, twilioTrunk as twilio } from "../support/vyom.ts";

const dialects = ["observed", "documented"];

let trunkline: StartedVyom;
afterEach(() => trunkline.close());
const start = async (...options: Parameters<typeof startVyom>) => {
  trunkline = await startVyom(...options);
  return trunkline;
};
const ids = (trunks: { trunk_id: string }[]) => trunks.map(({ trunk_id }) => trunk_id);
const onCreate = (fault: Omit<Fault, "method">): Fault => ({ ...fault, method: "POST" });

describe.each(dialects)("a create whose answer is lost, %s", (dialect) => {
  test("is found by its name", async () => {
    const { create, list, get, sandbox, sent } = await start({ dialect });
    sandbox.script(onCreate({ kind: "lost" }));
    const { value } = await create(twilio);
    expect(value).toMatchObject({ settled: true, trunk: { trunk_name: "Production", remembered: true } });
    expect(ids(await list())).toEqual([value.trunk.trunk_id]);
    expect((await get(value.trunk.trunk_id)).trunk.attributes.address).toBe(twilio.trunk_config.address);
    expect(sent("POST")).toHaveLength(1);
  });

  test("is not known when somebody creates a trunk of the same name meanwhile", async () => {
    const { create, createDirectly, sandbox, sent } = await start({ dialect });
    sandbox.script(onCreate({ kind: "lost", delay_ms: 500 }));
    const waiting = create(twilio);
    while (sent("POST").length === 0) await delay(10);
    await createDirectly(twilio);
    expect((await waiting).value).toMatchObject({ code: "outcome_unknown", applied: "unknown" });
  });

  test("does not take the trunk of another create of this server for its own", async () => {
    const { create, list, sandbox } = await start({ dialect });
    sandbox.script(onCreate({ kind: "reset" }));
    const sister = { ...exotel, passthrough_mode: true };
    const [first, second] = await Promise.all([create(exotel), create(sister)]);
    expect(first?.value).toMatchObject({ code: "provider_failed", applied: false });
    expect(ids(await list())).toEqual([second?.value.trunk.trunk_id]);
  });
});

test("a create that never arrived is not answered with the trunk that another process makes meanwhile", async () => {
  const { scope, list, sandbox } = await start();
  // Two processes on one state: each has carriers of its own.
  const other = await startVyomOn(scope, sandbox.urlOf("vyom"));
  const { default: tool } = await tools.vyom_create_outbound_trunk();
  const made = (of: Scope, args: object) =>
    callTool(
      { tool, arguments: args, requestId: newId(), signal: new AbortController().signal, person: { canAsk: false, answer: undefined } },
      of,
    );
  sandbox.script(onCreate({ kind: "reset", delay_ms: 300 }));
  const first = made(scope, exotel);
  await delay(100);
  const second = await made(other, { ...exotel, trunk_config: { exotel_number: "+918044319241" } });
  expect(await first).toMatchObject({ kind: "failed", error: { code: "provider_failed", applied: false } });
  expect(second).toMatchObject({ kind: "done", result: { trunk: { trunk_name: "India" } } });
  expect(await list()).toHaveLength(1);
});

describe("a create that fails inside the service", () => {
  test.each([
    ["twilio, which may leave a trunk in LiveKit", twilio, /LiveKit may hold a trunk/],
    ["exotel, which touches no carrier", exotel, /^The carrier failed\. Try again later\.$/],
  ])("%s", async (_, args, hint) => {
    const { create, list, sandbox } = await start();
    sandbox.script(onCreate({ kind: "status", status: 500 }));
    const { value } = await create(args);
    expect(value).toMatchObject({ code: "provider_failed", status: 500, applied: false });
    expect(value.hint).toMatch(hint);
    expect(await list()).toEqual([]);
  });

  test("what LiveKit refuses is read back as not there", async () => {
    const { vyomClient } = await start();
    const bad = { ...twilio, trunk_config: { ...twilio.trunk_config, address: "sip:a.example.com" } };
    const error = await (await vyomClient()).createOutboundTrunk.send(bad).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "provider_failed", details: { status: 500, applied: false } });
  });
});

test("nothing is sent when the list cannot be read first", async () => {
  const { create, sent, sandbox } = await start();
  sandbox.script({ kind: "status", status: 500, method: "GET" });
  expect((await create(twilio)).value).toMatchObject({ code: "provider_failed", applied: false });
  expect(sent("POST")).toEqual([]);
});

describe("after a crash, with the input alone", () => {
  const crash = async () => {
    const { create, sandbox } = await start();
    sandbox.script(onCreate({ kind: "lost" }));
    sandbox.script({ kind: "status", status: 500, method: "GET", after: 1 });
    expect((await create(twilio)).value).toMatchObject({ code: "outcome_unknown" });
  };

  test("the trunk that was not there before is found, and remembered", async () => {
    await crash();
    const found = await (await trunkline.vyomClient()).createOutboundTrunk.settle(twilio);
    const [added] = ids(await trunkline.list());
    expect(found?.trunk).toMatchObject({ trunk_id: added, remembered: true });
    expect((await trunkline.get(added ?? "")).trunk.remembered).toBe(true);
  });

  test("two trunks that were not there before cannot be told apart", async () => {
    await crash();
    await trunkline.createDirectly(twilio);
    const settled = (await trunkline.vyomClient()).createOutboundTrunk.settle(twilio);
    await expect(settled).rejects.toMatchObject({
      code: "outcome_unknown",
      details: { candidates: [expect.any(String), expect.any(String)] },
    });
  });

  test("a trunk of the name is not ours where nothing of ours was sent", async () => {
    const { vyomClient, createDirectly } = await start();
    await createDirectly(twilio);
    expect(await (await vyomClient()).createOutboundTrunk.settle(twilio)).toBeUndefined();
  });

  test("a name that no trunk has is absent", async () => {
    const { vyomClient } = await start();
    expect(await (await vyomClient()).createOutboundTrunk.settle(twilio)).toBeUndefined();
  });
});

describe.each(dialects)("a deactivation, %s", (dialect) => {
  const asking = (typed: string) => {
    const forms: string[] = [];
    const person = ({ message }: { message: string }) => {
      forms.push(message);
      return { action: "accept" as const, content: { trunk_name: typed } };
    };
    // A deactivation with all that it reads is more than ten requests, and the carrier permits ten a second.
    return { forms, options: { dialect, person, unlimited: true } };
  };

  test.each([
    ["a Twilio trunk", twilio, "+14155552671, +14155552672", /The LiveKit trunk and the Twilio login in it stay/],
    ["an Exotel trunk", exotel, "+918044319240", undefined],
  ])("of %s says what stays, and is done", async (_, args, numbers, stays) => {
    const { forms, options } = asking(args.trunk_name);
    const { created, call, get, list, vyomClient } = await start(options);
    const trunk_id = await created(args);
    const { value } = await call("vyom_deactivate_trunk", { trunk_id: args.trunk_name });
    expect(value).toMatchObject({ removed: true, trunk_id, snapshot_id: expect.stringMatching(/^snap_/) });
    const said = value.warnings.join(" ");
    expect(said).toMatch(/^Only Vyom's record is switched off; no call switches it on again\./);
    if (stays) expect(said).toMatch(stays);
    else expect(said).not.toMatch(/LiveKit|Twilio/);
    expect(forms).toEqual([expect.stringContaining(`Trunk "${args.trunk_name}" (${trunk_id}) on Vyom`)]);
    expect(forms[0]).toContain("Calls that are placed through it are refused.");
    for (const number of numbers.split(", ")) expect(forms[0]).toContain(`Number ${number} is taken off`);
    expect(forms[0]).toContain(said.split(". ").at(-1));
    expect(await list()).toEqual([]);
    expect((await get(trunk_id)).code).toBe("not_found");
    expect(await (await vyomClient()).recallTrunk(trunk_id)).toBeUndefined();
  });

  test("of a trunk of unknown type leaves it open what stays", async () => {
    const { options } = asking("Production");
    const { createDirectly, call } = await start(options);
    const trunk_id = await createDirectly(twilio);
    const { value } = await call("vyom_deactivate_trunk", { trunk_id });
    expect(value.warnings.join(" ")).toMatch(/If it is a Twilio trunk, the LiveKit trunk and the Twilio login in it stay/);
  });

  test("without the right name is not done", async () => {
    const { options } = asking("Prod");
    const { created, call, list } = await start(options);
    const trunk_id = await created(exotel);
    expect((await call("vyom_deactivate_trunk", { trunk_id })).value).toMatchObject({ code: "approval_refused", applied: false });
    expect(await list()).toHaveLength(1);
  });

  test("whose answer is lost is settled by the list", async () => {
    const { options } = asking("Production");
    const { created, call, sandbox } = await start(options);
    const trunk_id = await created(twilio);
    sandbox.script({ kind: "lost", method: "DELETE" });
    expect((await call("vyom_deactivate_trunk", { trunk_id })).value).toMatchObject({ removed: true, trunk_id, settled: true });
  });

  test("that never arrived is read back as not done", async () => {
    const { options } = asking("Production");
    const { created, call, list, sandbox } = await start(options);
    const trunk_id = await created(twilio);
    sandbox.script({ kind: "reset", method: "DELETE" });
    expect((await call("vyom_deactivate_trunk", { trunk_id })).value).toMatchObject({ code: "provider_failed", applied: false });
    expect(ids(await list())).toEqual([trunk_id]);
  });

  test("of a trunk that is gone meanwhile is a conflict, of one that never was not found", async () => {
    const { created, deactivateDirectly, vyomClient } = await start({ dialect });
    const trunk_id = await created(twilio);
    await deactivateDirectly(trunk_id);
    const { deactivateTrunk } = await vyomClient();
    await expect(deactivateTrunk.send({ trunk_id })).rejects.toMatchObject({ code: "conflict", details: { status: 400, applied: false } });
    await expect(deactivateTrunk.send({ trunk_id: "ST_1" })).rejects.toMatchObject({ code: "not_found", details: { status: 404 } });
  });
});
