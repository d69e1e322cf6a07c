import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { type OpenStore, openStore } from "../../src/store/open.ts";
import { deletion, open, press, send } from "../support/pages.ts";
import { initialize, request, start } from "../support/process.ts";
import { inTerminal, needsPty } from "../support/pty.ts";

let home: string;
let store: OpenStore;
let environment: Record<string, string>;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "trunkline-terminal-"));
  environment = { TRUNKLINE_HOME: home };
  store = await openStore({
    // The state that a shell without a carrier's keys looks into.
    location: { file: join(home, "sandbox.db") },
    tenant: "local",
    clock: systemClock,
  });
});
afterEach(async () => {
  await store.close();
  rmSync(home, { recursive: true });
});

const ask = () =>
  store.approvals.ask({ principal: "local", tool: "exotel_delete_trunk", arguments: "a", fingerprint: "f" }, deletion, false);
const stateOf = async (id: string) => (await store.approvals.find(id))?.state;
const question = "press Ctrl-C: ";

describe("in a real terminal, from another process", needsPty, () => {
  test("approve lists, shows, takes the name and approves", async () => {
    const id = await ask();
    expect((await inTerminal(["approve"], [], environment)).screen).toContain(id);
    const { code, screen } = await inTerminal(["approve", id], [[question, "outbound_trunk\r"]], environment);
    expect(screen).toContain("Number +918044319240 is taken off");
    expect(screen).toContain("Approved, until");
    expect(code).toBe(0);
    expect(await stateOf(id)).toBe("granted");
  });

  test.each([
    ["another name", "outbound\r"],
    ["Ctrl-C", "\u0003"],
    ["half a name and Ctrl-C", "outbound_trunk\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("%s approves nothing", async (_, keys) => {
    const id = await ask();
    const { code, screen } = await inTerminal(["approve", id], [[question, keys]], environment);
    expect(code).toBe(1);
    expect(screen).toMatch(/Nothing was (decided|changed)\./);
    expect(await stateOf(id)).toBe("pending");
  });

  test("a PIN is set, asked for, changed and removed without ever being on the screen", async () => {
    const set = await inTerminal(
      ["approve", "--set-pin"],
      [
        ["characters): ", "first pin\r"],
        ["again: ", "first pin\r"],
      ],
      environment,
    );
    expect(set).toMatchObject({ code: 0, screen: expect.stringContaining("The PIN is set in ") });
    const id = await ask();
    const wrong = await inTerminal(
      ["approve", id],
      [
        [question, "outbound_trunk\r"],
        ["PIN: ", "guess me\r"],
      ],
      environment,
    );
    expect(wrong).toMatchObject({ code: 1, screen: expect.stringContaining("The PIN is wrong.") });
    expect(await stateOf(id)).toBe("pending");
    const right = await inTerminal(
      ["approve", id],
      [
        [question, "outbound_trunk\r"],
        ["PIN: ", "first pin\r"],
      ],
      environment,
    );
    expect(right.code).toBe(0);
    expect(await stateOf(id)).toBe("granted");
    const cleared = await inTerminal(["approve", "--clear-pin"], [["PIN: ", "first pin\r"]], environment);
    expect(cleared).toMatchObject({ code: 0, screen: expect.stringContaining("The PIN is removed.") });
    for (const { screen } of [set, wrong, right, cleared]) expect(screen).not.toMatch(/first pin|guess me/);
  });

  test("secret shows what is kept", async () => {
    await store.secrets.keep(new Secret("Kx7#pq-92 vZ", "exotel/trmum1c2/sip"));
    const { code, screen } = await inTerminal(["secret", "secret:exotel/trmum1c2/sip"], [], environment);
    expect(screen).toContain("Kx7#pq-92 vZ");
    expect(code).toBe(0);
  });
});

describe("the agent asks over stdio, at a client without forms", () => {
  const name = "outbound_trunk";

  async function asked() {
    const server = start([], environment);
    let id = 1;
    const call = async (tool: string, args: object) => {
      id += 1;
      server.send(request(id, "tools/call", { name: tool, arguments: args }));
      const { result } = (await server.answer(id)) as { result: { content: { text: string }[] } };
      return JSON.parse(result.content.at(-1)?.text ?? "");
    };
    server.send(initialize);
    await server.answer(1);
    const { trunk } = await call("exotel_create_trunk", { trunk_name: name });
    const { trunk_id: trunk_sid } = trunk;
    const answer = await call("exotel_delete_trunk", { trunk_sid });
    expect(answer).toMatchObject({ code: "approval_required", applied: false });
    return { server, answer, again: () => call("exotel_delete_trunk", { trunk_sid, approval: answer.approval }) };
  }

  test("the command in the answer, run by a person, lets the call pass", needsPty, async () => {
    const { server, answer, again } = await asked();
    expect(answer.approve_command).toMatch(new RegExp(` approve ${answer.approval} --sandbox$`));
    expect(await again()).toMatchObject({ code: "approval_required" });
    const words = answer.approve_command.split(" ").slice(-3);
    expect((await inTerminal(words, [[question, `${name}\r`]], environment)).code).toBe(0);
    expect(await again()).toMatchObject({ removed: true });
    server.child.stdin.end();
    expect(await server.exit()).toBe(0);
  });

  test("the page in the answer does too, and the process still ends with its client", async () => {
    const { server, answer, again } = await asked();
    const opened = await open(answer.approve_url);
    expect((await press(opened, { decision: "approve", name: "another" })).status).toBe(422);
    expect(await again()).toMatchObject({ code: "approval_required" });
    expect((await press(opened, { decision: "approve", name })).status).toBe(200);
    expect(await again()).toMatchObject({ removed: true });
    expect((await send(answer.approve_url)).body).toContain("<h1>Approved and used</h1>");
    server.child.stdin.end();
    expect(await server.exit()).toBe(0);
  });
});

describe("without a terminal, as an agent's shell runs it", () => {
  test.each([
    ["approve <id>", (id: string) => ["approve", id]],
    ["approve --set-pin", () => ["approve", "--set-pin"]],
    ["secret <ref>", () => ["secret", "secret:exotel/trmum1c2/sip"]],
  ])("%s says in one sentence what it needs, and does nothing", async (_, args) => {
    await store.secrets.keep(new Secret("Kx7#pq-92 vZ", "exotel/trmum1c2/sip"));
    const id = await ask();
    const running = start(args(id), environment);
    running.child.stdin.write("outbound_trunk\noutbound_trunk\n");
    expect(await running.exit()).toBe(1);
    expect(running.stderr().trim().split("\n")).toHaveLength(1);
    expect(running.stderr()).toContain("needs a person at a terminal");
    expect(running.lines()).toEqual([]);
    expect(await stateOf(id)).toBe("pending");
    expect(await store.pin.isSet()).toBe(false);
  });

  test("approve <id> --refuse refuses: that harms nobody", async () => {
    const id = await ask();
    const running = start(["approve", id, "--refuse"], environment);
    expect(await running.exit()).toBe(0);
    expect(await stateOf(id)).toBe("refused");
  });
});
