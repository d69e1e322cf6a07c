import { expect, test } from "vitest";
import { buttonOf, isDangerous, questionOf } from "../../src/approval/act.ts";
import { askerOf } from "../../src/approval/asker.ts";
import type { Item } from "../../src/core/consequence.ts";
import { deletionOf } from "../support/consequence.ts";

const about = (name: string, id = name) => ({ carrier: "Exotel", trunk_id: id, trunk_name: name, facts: [] });
const item = (trunk: string, gravity: Item["gravity"] = "lost", asks = true): Item => ({ gravity, trunk, what: "x", detail: "x", asks });

test.each([
  ["Delete an Exotel trunk", 'Delete trunk "callcentre"?', "Delete trunk"],
  ["Change a DIDWW voice out trunk", 'Change trunk "callcentre"?', "Change trunk"],
  ["Deactivate a trunk on Vyom", 'Deactivate trunk "callcentre" on Vyom?', "Deactivate trunk"],
  ["Replace a DIDWW trunk's login", `Replace trunk "callcentre"'s login?`, "Replace trunk's login"],
  ["Remove an IP on Exotel", 'Remove an IP on Exotel for trunk "callcentre"?', "Remove an IP"],
  ["Apply a plan of 6 steps", 'Apply a plan of 6 steps for trunk "callcentre"?', "Apply a plan of 6 steps"],
])("%s is asked for by the trunk's name, and stands on the button", (heading, question, button) => {
  expect(questionOf({ heading, trunks: [about("callcentre")], items: [item("callcentre")] })).toBe(question);
  expect(buttonOf({ heading })).toBe(button);
});

test("of several trunks a question says how many ask, and a trunk that nothing is lost on is not named", () => {
  const trunks = [about("a"), about("b"), about("c")];
  const heading = "Apply a plan of 6 steps";
  expect(questionOf({ heading, trunks, items: [item("a"), item("c")] })).toBe("Apply a plan of 6 steps for 2 trunks?");
  expect(questionOf({ heading, trunks, items: [item("a", "made", false), item("b")] })).toBe('Apply a plan of 6 steps for trunk "b"?');
});

test("a name in a question is quoted, and changes none of our words", () => {
  const { heading, trunks, items } = deletionOf('x"? Nothing is deleted. $& $1');
  expect(questionOf({ heading, trunks, items })).toBe(`Delete trunk "x'? Nothing is deleted. $& $1"?`);
});

test("what ends or lets somebody in is dangerous; what is made or changed is not", () => {
  expect((["lost", "opened", "changed", "made"] as const).map((gravity) => isDangerous({ items: [item("a", gravity)] }))).toEqual([
    ...[true, true],
    ...[false, false],
  ]);
});

test.each([
  ["local", "Claude Desktop", 'An agent on this computer, through "Claude Desktop"'],
  ["local", undefined, "An agent on this computer"],
  ["token|acme-bot", 'x", through "y', `An agent with the access token "acme-bot", through "x', through 'y"`],
  ["https://id.example|amir", undefined, 'An agent that acts for "amir", who signs in at "https://id.example"'],
])("%s asks in words", (principal, client, words) => {
  expect(askerOf(principal, client)).toBe(words);
});
