import { describe, expect, type TestContext, test, vi } from "vitest";
import { providers } from "../../../src/providers/index.ts";
import { tools } from "../../../tools/index.ts";
import type { Answer } from "../../support/trunkline.ts";
import type { Contract, Operation } from "./contract.ts";
import { type FaultCase, type Outcome, withoutReadingBack } from "./faults.ts";
import { leaked, type Stage, type StageOptions, setStage } from "./run.ts";

/** Below any timeout of a test, above any pause of a busy machine. */
const STALL_MS = 3_000;

declare global {
  interface ImportMeta {
    /** Of the test runner: every file of a pattern, each loaded when it is asked for. */
    glob<Module>(pattern: string): Record<string, () => Promise<Module>>;
  }
}
const files = import.meta.glob<{ default: Contract }>("./*.ts");

const loaded = await Promise.all(Object.values(tools).map(async (load) => (await load()).default));

const contracts = await Promise.all(
  providers.map(async (provider) => {
    const contract = await files[`./${provider.id}.ts`]?.();
    const { dialects } = await provider.sandbox();
    return (contract ? dialects : []).map((dialect) => ({ provider, dialect, operations: contract?.default.operations(dialect) ?? [] }));
  }),
);

/** Every operation of every carrier in the dialects that are chosen of each, on a good day and with each of the faults. */
export function testContracts(chosen: (dialects: Dialects) => Dialects, faults: readonly FaultCase[]): void {
  test.each(providers.map(({ id, title }) => ({ id, title })))("$title has a contract", ({ id, title }) => {
    const complaint = `${title} has no contract: add test/providers/contract/${id}.ts, after the example of exotel.ts beside it`;
    expect(files[`./${id}.ts`], complaint).toBeDefined();
  });

  describe.concurrent.each(contracts.flatMap(chosen))("$provider.title, emulator $dialect", (contract) => testOperations(contract, faults));
}

type Dialects = (typeof contracts)[number];

function testOperations({ provider, dialect, operations }: Dialects[number], faults: readonly FaultCase[]): void {
  const stageOf = async (operation: Operation, { onTestFinished }: TestContext, options: Partial<StageOptions> = {}): Promise<Stage> => {
    const stage = await setStage({ provider, dialect, operation, ...options });
    onTestFinished(() => stage.close());
    return stage;
  };

  test("every tool of this carrier is in the contract, and the common ones are", async () => {
    const own = loaded.filter((tool) => tool.provider?.id === provider.id || tool.toolset === "trunks").map(({ name }) => name);
    const covered = new Set(operations.map(({ tool }) => tool));
    expect(own.filter((name) => !covered.has(name))).toEqual([]);
  });

  describe.each(operations)("$tool", (operation) => {
    test("does what it says, with one request", async (context) => {
      const stage = await stageOf(operation, context);
      const answer = await stage.perform();
      expect(answer.value).toMatchObject({ ...operation.result(stage.scene), sandbox: true });
      expect(answer.value.settled).toBeUndefined();
      const { query = {}, body } = operation.request(stage.scene);
      expect(stage.sent()).toEqual([{ query, body }]);
      expect(leaked(answer, stage.secrets())).toEqual([]);
      await expectProof(operation, stage, "done");
    });

    const creates = loaded.some(({ name, effect }) => name === operation.tool && effect === "create");
    if (creates && operation.readsBack !== false)
      test("its outcome was not journaled, as if the process had died: the same call again finds what it made", async (context) => {
        const stage = await stageOf(operation, context);
        const settle = vi.spyOn(stage.journal, "settle").mockRejectedValueOnce(new Error("died"));
        await stage.perform();
        expect(settle).toHaveBeenCalledOnce();
        const again = await stage.perform();
        expect(again.value).toMatchObject({ ...operation.result(stage.scene), settled: true });
        expect(stage.sent()).toHaveLength(1);
        expect(leaked(again, stage.secrets())).toEqual([]);
      });

    const { absent } = operation;
    if (absent)
      test("a carrier that knows nothing of it is no failure", async (context) => {
        const stage = await stageOf(operation, context);
        const { method, path } = operation.request(stage.scene);
        stage.sandbox.script({ kind: "status", status: 404, method, path });
        expect((await stage.perform()).value).toMatchObject(absent);
      });

    const cases = faults.filter((fault) => outcomeOf(operation, fault) !== undefined && !(absent && fault.name === "404"));
    test.for(cases)("$name", async (fault, context) => {
      const stage = await stageOf(operation, context, fault.fault.kind === "stall" ? { timing: { callMs: STALL_MS } } : {});
      const { method, path } = operation.request(stage.scene);
      stage.sandbox.script({ ...fault.fault, method, path });
      if (fault.noReadingBack) {
        const rehearsal = await stageOf(operation, context);
        await rehearsal.perform();
        stage.sandbox.script({ kind: "reset", effect: "read", after: rehearsal.readsBefore(), times: 50 });
      }
      const answer = await stage.perform();
      stage.sandbox.clearFaults();
      await expectOutcome(operation, stage, answer, outcomeOf(operation, fault) as Outcome);
    });
  });
}

function outcomeOf(operation: Operation, fault: FaultCase): Outcome | undefined {
  const isRead = operation.reads ?? operation.request({}).method === "GET";
  const outcome = isRead ? fault.read : fault.write;
  return outcome && operation.readsBack === false ? withoutReadingBack(outcome) : outcome;
}

async function expectOutcome(operation: Operation, stage: Stage, answer: Answer, outcome: Outcome): Promise<void> {
  expect(stage.sent()).toHaveLength(outcome.requests);
  expect(leaked(answer, stage.secrets())).toEqual([]);
  if (outcome.kind !== "error") {
    expect(answer.value).toMatchObject(operation.result(stage.scene));
    expect(answer.value.settled).toBe(outcome.kind === "settled" ? true : undefined);
    return await expectProof(operation, stage, "done");
  }
  const { code, applied, fields } = outcome;
  expect(answer.isError).toBe(true);
  expect(answer.value).toMatchObject({ code, ...fields, hint: expect.stringMatching(/\w/), request_id: expect.stringMatching(/\w/) });
  expect(answer.value.applied).toBe(applied);
  // Our own sentence, complete: nothing of the carrier's in it.
  expect(answer.value.message).toMatch(/^[A-Z].*\.$/);
  expect(answer.value.message).not.toMatch(/undefined|\[object|NaN|scripted|<html/);
  if (applied === false) await expectProof(operation, stage, "undone");
}

/** An answer about a write must be true at the carrier: it happened, once, or it did not. */
async function expectProof({ proof }: Operation, stage: Stage, state: "done" | "undone"): Promise<void> {
  if (!proof) return;
  const { value } = await stage.call(proof.tool, proof.arguments(stage.scene));
  expect(value).toMatchObject(proof[state](stage.scene));
}
