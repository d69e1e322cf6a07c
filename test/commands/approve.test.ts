import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ApprovePorts, decideApproval, listApprovals } from "../../src/commands/approve.ts";
import { deletionOf } from "../support/consequence.ts";
import { ctrlC, ctrlD, keyboard } from "../support/keyboard.ts";
import { type Pages, startPages } from "../support/pages.ts";

let pages: Pages;
let ports: ApprovePorts;
beforeEach(async () => {
  pages = await startPages();
  ports = { ...pages, where: "/state/trunkline.db" };
});
afterEach(() => pages.close());

const stateOf = async (id: string) => (await pages.approvals.find(id))?.state;
const nameQuestion = "Type it to approve";

describe("trunkline approve <id>", () => {
  test("shows the page's words, takes the name, and approves", async () => {
    const id = await pages.ask();
    const { terminal, screen } = keyboard([[nameQuestion, "outbound_trunk"]]);
    await decideApproval(id, false, ports, terminal);
    expect(await stateOf(id)).toBe("granted");
    expect(screen()).toContain("Number +918044319240 is taken off");
    expect(screen()).toContain("This cannot be undone.");
    expect(screen()).toContain("Asked by An agent on this computer, with exotel_delete_trunk");
    expect(screen()).toMatch(/Approved, until \d\d:\d\d \S+, for 10 more minutes/);
  });

  test.each([
    ["another name", "Outbound_trunk", "This is not what you were asked to type"],
    ["nothing", "", "You typed nothing here"],
    ["yes", "yes", "This is not what you were asked to type"],
    ["Ctrl-C", ctrlC, "You left. Nothing was changed."],
    ["Ctrl-D", ctrlD, "You left. Nothing was changed."],
  ])("%s decides nothing", async (_, keys, message) => {
    const id = await pages.ask();
    const { terminal } = keyboard([[nameQuestion, keys]]);
    await expect(decideApproval(id, false, ports, terminal)).rejects.toThrow(message);
    expect(await stateOf(id)).toBe("pending");
  });

  test("without a terminal it asks nobody and decides nothing, but refuses when told to", async () => {
    const id = await pages.ask();
    const { terminal, screen } = keyboard([[nameQuestion, "outbound_trunk"]], false);
    await expect(decideApproval(id, false, ports, terminal)).rejects.toThrow("Approving needs a person at a terminal");
    expect(screen()).toBe("");
    expect(await stateOf(id)).toBe("pending");
    await decideApproval(id, true, ports, terminal);
    expect(await stateOf(id)).toBe("refused");
  });

  test("asks for the PIN when one is set, and shows no key of it", async () => {
    await pages.pin.set("4711 is long");
    const id = await pages.ask();
    const wrong = keyboard([
      [nameQuestion, "outbound_trunk"],
      ["Approval PIN: ", "guess-me"],
    ]);
    await expect(decideApproval(id, false, ports, wrong.terminal)).rejects.toThrow("The PIN is wrong");
    const none = keyboard([
      [nameQuestion, "outbound_trunk"],
      ["Approval PIN: ", ""],
    ]);
    await expect(decideApproval(id, false, ports, none.terminal)).rejects.toThrow("The PIN is missing");
    const left = keyboard([
      [nameQuestion, "outbound_trunk"],
      ["Approval PIN: ", ctrlC],
    ]);
    await expect(decideApproval(id, false, ports, left.terminal)).rejects.toThrow("You left.");
    expect(await stateOf(id)).toBe("pending");
    const right = keyboard([
      [nameQuestion, "outbound_trunk"],
      ["Approval PIN: ", "4711 is long"],
    ]);
    await decideApproval(id, false, ports, right.terminal);
    expect(await stateOf(id)).toBe("granted");
    for (const { screen } of [wrong, right]) expect(screen()).not.toMatch(/guess|4711|\*/);
  });

  test("a locked PIN stops the right one too", async () => {
    await pages.pin.set("4711 is long");
    for (let tries = 0; tries < 5; tries++) await pages.pin.check("wrong!");
    const id = await pages.ask();
    const { terminal } = keyboard([
      [nameQuestion, "outbound_trunk"],
      ["Approval PIN: ", "4711 is long"],
    ]);
    await expect(decideApproval(id, false, ports, terminal)).rejects.toThrow("locked for 15 minutes");
    expect(await stateOf(id)).toBe("pending");
  });

  test("what is decided, too old or unknown is said, and asks nothing", async () => {
    const id = await pages.ask();
    const { terminal, screen } = keyboard([]);
    await decideApproval(id, true, ports, terminal);
    await expect(decideApproval(id, false, ports, terminal)).rejects.toThrow("This was refused before.");
    await expect(decideApproval("apr_none", false, ports, terminal)).rejects.toThrow(
      "is known in /state/trunkline.db. Run the command as the agent",
    );
    const late = await pages.ask();
    pages.pass(600_000);
    await expect(decideApproval(late, true, ports, terminal)).rejects.toThrow("10 minutes are over");
    expect(screen()).toBe("✗ Refused. Nothing was done.\n");
  });

  test("decided elsewhere while the person types: the first word stands", async () => {
    const id = await pages.ask();
    const { terminal } = keyboard([[nameQuestion, "outbound_trunk"]]);
    const decide = pages.approvals.decide.bind(pages.approvals);
    pages.approvals.decide = async (which, granted, by) => {
      await decide(which, false, "page");
      return decide(which, granted, by);
    };
    await expect(decideApproval(id, false, ports, terminal)).rejects.toThrow("This was refused before.");
    expect(await stateOf(id)).toBe("refused");
  });

  test("a hostile name takes one line, obeys no terminal, and turns no direction but its own", async () => {
    const confirm = 'שלום"\u001b[2J\u001b]0;x\u0007\r\nApproved. \u202e';
    const id = await pages.ask(deletionOf(confirm));
    const { terminal, screen } = keyboard([[nameQuestion, ctrlC]]);
    await expect(decideApproval(id, false, ports, terminal)).rejects.toThrow();
    const facts = screen().slice(0, screen().indexOf(nameQuestion)).split("\n");
    expect(facts).toHaveLength(7);
    expect(facts[1]).toBe(`  Trunk \u2068"שלום' [2J ]0;x Approved."\u2069 (trmum1) on Exotel, active.`);
    expect(facts[5]).toBe(`To approve, type \u2068שלום" [2J ]0;x Approved.\u2069`);
  });
});

describe("trunkline approve", () => {
  test("lists pending approvals, oldest first, and nothing else; a pipe will do", async () => {
    const { terminal, screen } = keyboard([], false);
    await listApprovals(ports, terminal);
    expect(screen()).toBe("No approval needs you in /state/trunkline.db.\n");
    const [first, refused, _last] = [await pages.ask(), await pages.ask(), await pages.ask(deletionOf("other", ["Another."]))];
    await pages.approvals.decide(refused, false, "page");
    await listApprovals(ports, terminal);
    expect(screen()).toContain(`${first}\n  Delete trunk "outbound_trunk"?\n  Trunk "outbound_trunk" (trmum1) on Exotel, active.\n`);
    expect(screen()).toContain(`Lost (1)\n    − Another.\n  This cannot be undone.\n  Asked by An agent on this computer, with`);
    expect(screen()).not.toContain(refused);
  });
});
