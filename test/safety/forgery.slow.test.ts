import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../src/core/clock.ts";
import type { Store } from "../../src/core/store/store.ts";
import { createHost, createServer } from "../../src/mcp/server.ts";
import type { CallResult } from "../../src/pipeline/call.ts";
import type { Scope } from "../../src/pipeline/scope.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { storeFailure } from "../../src/store/sql.ts";
import type { ToolName } from "../../tools/index.ts";
import { connectClient, type Era, type Person, toAnswer } from "../support/trunkline.ts";
import { call, type Place, type Process, startProcess } from "./restart.ts";

let home: string;
let sandbox: Sandbox;
let place: Place;
let scope: Process;
let elsewhere: Process;
let passed: number;
let trunk_sid: string;
let other_sid: string;
/** A person's word for deleting the one trunk as it is now. */
let approval: string;
let writesBefore: number;

const clock: Clock = { now: () => Date.now() + passed, sleep: (ms) => delay(ms) };
const writes = () => sandbox.seen.filter(({ effect }) => effect === "write").length - writesBefore;
const remove = (given: object = {}, by: Scope = scope) => call("exotel_delete_trunk", { trunk_sid, approval, ...given }, by);

beforeEach(async () => {
  passed = 0;
  home = mkdtempSync(join(tmpdir(), "trunkline-forgery-"));
  sandbox = await startSandbox([exotel]);
  place = { file: join(home, "trunkline.db"), exotelUrl: sandbox.urlOf("exotel") };
  scope = await startProcess(place, clock);
  elsewhere = await startProcess(place, clock);
  trunk_sid = await created("victim");
  other_sid = await created("bystander");
  approval = await asked("exotel_delete_trunk", { trunk_sid });
  writesBefore = sandbox.seen.filter(({ effect }) => effect === "write").length;
});
afterEach(async () => {
  await scope.store.close();
  await elsewhere.store.close();
  await sandbox.close();
  rmSync(home, { recursive: true });
});

async function created(trunk_name: string): Promise<string> {
  const made = await call("exotel_create_trunk", { trunk_name }, scope);
  return made.kind === "done" ? (made.result["trunk"] as { trunk_id: string }).trunk_id : "";
}

async function asked(tool: ToolName, args: Record<string, unknown>): Promise<string> {
  const answer = await call(tool, args, scope);
  return answer.kind === "failed" ? (answer.error.approval ?? "") : "";
}

/** Somebody else's doing, past this server. */
async function changeTheTrunk(): Promise<void> {
  const authorization = `Basic ${btoa("sandbox-key:sandbox-token")}`;
  const body = JSON.stringify({ phone_number: "+918044319240" });
  const url = `${place.exotelUrl}/v2/accounts/sandbox/trunks/${trunk_sid}/phone-numbers`;
  const { status } = await fetch(url, { method: "POST", headers: { authorization, "content-type": "application/json" }, body });
  expect(status).toBe(200);
  writesBefore += 1;
}

function flipped(text: string, at: number): string {
  return text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
}

/** Used, and for nothing: the carrier was down, and the trunk is as it was. */
async function useItUp(): Promise<void> {
  sandbox.script({ kind: "status", status: 503, method: "DELETE", times: 10 });
  expect(await remove()).toMatchObject({ kind: "failed", error: { code: "provider_failed" } });
  sandbox.clearFaults();
  writesBefore += writes();
}

type Forgery = () => Promise<CallResult>;

const forgeries: Record<string, [forgery: Forgery, message: RegExp]> = {
  "of another principal": [
    async () => {
      const stranger = await startProcess(place, clock, "stranger");
      const answer = await remove({}, stranger);
      await stranger.store.close();
      return answer;
    },
    /No such approval/,
  ],
  "of another tool": [
    async () => {
      // The same trunk, whose deletion was agreed to: taking another thing off it was not.
      await changeTheTrunk();
      const found = await call("exotel_list_phone_numbers", { trunk_sid }, scope);
      const [row] = found.kind === "done" ? (found.result["phone_numbers"] as { phone_number_id: string }[]) : [];
      return await call("exotel_unmap_phone_number", { trunk_sid, phone_number_id: row?.phone_number_id, approval }, scope);
    },
    /another call/,
  ],
  "of another argument": [
    async () => {
      // The live state is the same for both: only the arguments tell them apart.
      const given = await asked("exotel_whitelist_ip", { trunk_sid, ip: "52.66.10.0", mask: 24 });
      expect(given).not.toBe("");
      return await call("exotel_whitelist_ip", { trunk_sid, ip: "18.66.0.0", mask: 16, approval: given }, scope);
    },
    /another call/,
  ],
  "of another trunk": [() => remove({ trunk_sid: other_sid }), /another call/],
  "of another state": [() => changeTheTrunk().then(() => remove()), /changed since/],
  expired: [
    async () => {
      passed += 10 * 60_000 + 1;
      return await remove();
    },
    /10 minutes/,
  ],
  replayed: [() => useItUp().then(() => remove()), /used already/],
  "replayed in another process": [() => useItUp().then(() => remove({}, elsewhere)), /used already/],
  "with its first byte flipped": [() => remove({ approval: flipped(approval, 4) }), /No such approval/],
  "with its last byte flipped": [() => remove({ approval: flipped(approval, approval.length - 2) }), /No such approval/],
  "cut short": [() => remove({ approval: approval.slice(0, -1) }), /No such approval/],
  "with a wildcard": [() => remove({ approval: `${approval.slice(0, 8)}%` }), /No such approval/],
  // As if there were none: the person is asked.
  empty: [() => remove({ approval: "" }), /^Nothing was done yet\./],
  "that nobody gave yet": [async () => remove({ approval: await waiting() }), /not agreed yet/],
  "that was refused": [
    async () => {
      const id = await waiting();
      await scope.store.approvals.decide(id, false, "page");
      return await remove({ approval: id });
    },
    /person declined/,
  ],
};

/** Asked for by a client without a form: it waits for a page or a command. */
async function waiting(): Promise<string> {
  const outside = { approvalUrl: async () => "", approvalCommand: () => "", secretCommand: () => "", revealUrl: async () => "" };
  const answer = await call("exotel_delete_trunk", { trunk_sid }, { ...scope, policy: { ...scope.policy, approval: "ask" }, outside });
  return answer.kind === "failed" ? (answer.error.approval ?? "") : "";
}

describe("an approval", () => {
  test.each(Object.entries(forgeries))("%s changes nothing at the carrier", async (_, [forgery, message]) => {
    expect(await forgery()).toMatchObject({ kind: "failed", error: { applied: false, message: expect.stringMatching(message) } });
    expect(writes()).toBe(0);
  });

  test("that is right deletes the trunk: what is refused above is refused for its own reason", async () => {
    expect(await remove()).toMatchObject({ kind: "done" });
    expect(writes()).toBe(1);
  });

  test("given once is used once by two calls at once, in one process and in two", async () => {
    const answers = await Promise.all([remove(), remove(), remove({}, elsewhere), remove({}, elsewhere)]);
    expect(answers.filter(({ kind }) => kind === "done")).toHaveLength(1);
    expect(writes()).toBe(1);
  });

  const down = async () => {
    throw storeFailure(Object.assign(new Error("gone"), { code: "ECONNREFUSED" }));
  };
  const outages: Record<string, (store: Store) => void> = {
    "approvals.claim": ({ approvals }) => void Object.assign(approvals, { claim: down }),
    "journal.unsettled": ({ journal }) => void Object.assign(journal, { unsettled: down }),
    "journal.intend": ({ journal }) => void Object.assign(journal, { intend: down }),
    "claims.lock": ({ claims }) => void Object.assign(claims, { lock: down }),
    "snapshots.keep": ({ snapshots }) => void Object.assign(snapshots, { keep: down }),
  };
  test.each(Object.entries(outages))("cannot be used while the store is down at %s", async (_, breakIt) => {
    breakIt(scope.store);
    expect(await remove()).toMatchObject({ kind: "failed", error: { code: "internal", applied: false } });
    expect(writes()).toBe(0);
  });
});

const asking = () => ({ ...scope, policy: { ...scope.policy, approval: "ask" as const } });

describe.each<Era>(["v1", "v2"])("a client that answers the form by itself, %s", (era) => {
  const answers: Record<string, ReturnType<Person>> = {
    "accept without content": { action: "accept" },
    "accept with empty content": { action: "accept", content: {} },
    "accept with an empty name": { action: "accept", content: { trunk_name: "" } },
    "accept with a blank": { action: "accept", content: { trunk_name: " \u200b" } },
    "accept with yes": { action: "accept", content: { trunk_name: "yes" } },
    "accept with another field": { action: "accept", content: { confirm: "victim" } },
    "accept with the id": { action: "accept", content: { trunk_name: "trmum1" } },
  };
  test.each(Object.entries(answers))("%s", async (_, answer) => {
    const { client, close } = await connectClient(asking(), era, () => answer);
    const refused = await client.callTool({ name: "exotel_delete_trunk", arguments: { trunk_sid } }).then(toAnswer, (error) => error);
    // A client may hold the empty form against its own schema before it is sent.
    if (!(refused instanceof Error)) {
      expect(refused.value).toMatchObject({ applied: false });
      expect(["approval_refused", "approval_required"]).toContain(refused.value.code);
    }
    expect(writes()).toBe(0);
    await close();
  });
});

interface Form {
  resultType?: string;
  requestState?: string;
  isError?: boolean;
  content?: { text: string }[];
}

/** A client of the 2026 era that carries states and answers itself. */
async function manualClient(of: Scope, key: Uint8Array) {
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const host = await createHost(of, key);
  const serving = serveStdio(({ era }) => createServer(host, { era }), { transport: serverSide as never });
  const options = { versionNegotiation: { mode: { pin: "2026-07-28" } }, inputRequired: { autoFulfill: false } } as const;
  const client = new Client({ name: "forger", version: "1" }, { capabilities: { elicitation: {} }, ...options });
  client.setRequestHandler("elicitation/create", () => ({ action: "cancel" }));
  await client.connect(clientSide as never);
  const params = (more: object) => ({ name: "exotel_delete_trunk", arguments: { trunk_sid }, ...more });
  return {
    call: async (more: object = {}) => (await client.callTool(params(more) as never, { allowInputRequired: true } as never)) as Form,
    close: () => Promise.all([client.close(), serving.close()]),
  };
}

describe("the state of a form", () => {
  const key = randomBytes(32);
  const typed = (name = "victim", action = "accept") => ({ inputResponses: { confirm: { action, content: { trunk_name: name } } } });
  const outcome = async (answer: Promise<Form>) => {
    const given = await answer.catch((error: Error) => ({ failed: error.message }));
    return "failed" in given ? given.failed : given.resultType === "input_required" ? "asked again" : (given.content?.at(-1)?.text ?? "");
  };

  const states: Record<string, (state: string, mine: Awaited<ReturnType<typeof manualClient>>) => Promise<string>> = {
    "with a byte of its payload flipped": (state, mine) => outcome(mine.call({ requestState: flipped(state, 9), ...typed() })),
    "with a byte of its seal flipped": (state, mine) => outcome(mine.call({ requestState: flipped(state, state.length - 3), ...typed() })),
    "cut short": (state, mine) => outcome(mine.call({ requestState: state.slice(0, -4), ...typed() })),
    "left out": (_state, mine) => outcome(mine.call(typed())),
    "made up": (_state, mine) => outcome(mine.call({ requestState: JSON.stringify({ approval }), ...typed() })),
    "of another trunk": (state, mine) =>
      outcome(mine.call({ arguments: { trunk_sid: other_sid }, requestState: state, ...typed("bystander") })),
    "of another tool": (state, mine) =>
      outcome(
        mine.call({
          name: "exotel_whitelist_ip",
          arguments: { trunk_sid, ip: "52.66.0.0", mask: 16 },
          requestState: state,
          ...typed(),
        }),
      ),
    "of a trunk that changed": async (state, mine) => {
      await changeTheTrunk();
      return await outcome(mine.call({ requestState: state, ...typed() }));
    },
    "with an action that is none": (state, mine) => outcome(mine.call({ requestState: state, ...typed("victim", "approve") })),
    "after a refusal": async (state, mine) => {
      await mine.call({ requestState: state, ...typed("victim", "decline") });
      return await outcome(mine.call({ requestState: state, ...typed() }));
    },
    "of a host with another key": async (_state, mine) => {
      const foreign = await manualClient(asking(), randomBytes(32));
      const { requestState } = await foreign.call();
      await foreign.close();
      return await outcome(mine.call({ requestState, ...typed() }));
    },
    "of another principal": async (_state, mine) => {
      const stranger = await manualClient({ ...asking(), principal: "stranger" }, key);
      const { requestState } = await stranger.call();
      await stranger.close();
      return await outcome(mine.call({ requestState, ...typed() }));
    },
  };

  /** The others are of this host, for this principal: what was asked for is compared with what is called. */
  const unread = /payload|seal|cut short|made up|another key|another principal/;

  test.each(Object.entries(states))("%s lets nothing pass", async (name, forge) => {
    const mine = await manualClient(asking(), key);
    const { requestState = "" } = await mine.call();
    expect(requestState.length).toBeGreaterThan(40);
    expect(await forge(requestState, mine)).toMatch(unread.test(name) ? /Invalid or expired requestState/ : /approval_refused|asked again/);
    expect(writes()).toBe(0);
    await mine.close();
  });

  test("as it was minted, with the name that was typed, lets the call pass, once", async () => {
    const mine = await manualClient(asking(), key);
    const { requestState } = await mine.call();
    expect(await outcome(mine.call({ requestState, ...typed() }))).toContain('"removed":true');
    expect(writes()).toBe(1);
    await mine.close();
  });
});
