import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clearPin, setPin } from "../../src/commands/pin.ts";
import { showSecret } from "../../src/commands/secret.ts";
import { Secret } from "../../src/core/secret.ts";
import { ctrlC, keyboard } from "../support/keyboard.ts";
import { type Pages, startPages } from "../support/pages.ts";

let pages: Pages;
beforeEach(async () => {
  pages = await startPages();
});
afterEach(() => pages.close());

const [old, chosen, again, asked] = ["Present PIN: ", "New PIN (6 to 64 characters): ", "New PIN again: ", "Approval PIN: "];

describe("trunkline approve --set-pin", () => {
  test("takes a new PIN twice and shows neither", async () => {
    const { terminal, screen } = keyboard([
      [chosen, "4711 is long"],
      [again, "4711 is long"],
    ]);
    await setPin(pages.pin, terminal, "/state/trunkline.db");
    expect(await pages.pin.check("4711 is long")).toBe("ok");
    expect(screen()).not.toContain("4711");
  });

  test.each<[string, [string, string][], string]>([
    ["too short", [[chosen, "12345"]], "6 to 64 characters"],
    ["too long", [[chosen, "x".repeat(65)]], "6 to 64 characters"],
    [
      "two that differ",
      [
        [chosen, "123456"],
        [again, "123457"],
      ],
      "differ",
    ],
    ["Ctrl-C at the first", [[chosen, ctrlC]], "You left."],
    [
      "Ctrl-C at the second",
      [
        [chosen, "123456"],
        [again, ctrlC],
      ],
      "You left.",
    ],
  ])("%s: none is set", async (_, answers, message) => {
    await expect(setPin(pages.pin, keyboard(answers).terminal, "/state/trunkline.db")).rejects.toThrow(message);
    expect(await pages.pin.isSet()).toBe(false);
  });

  test("asks for the one that is set first, and stops at a wrong one", async () => {
    await pages.pin.set("first pin");
    const wrong = keyboard([
      [old, "guess-me"],
      [chosen, "second pin"],
      [again, "second pin"],
    ]);
    await expect(setPin(pages.pin, wrong.terminal, "/state/trunkline.db")).rejects.toThrow("The PIN is wrong");
    expect(await pages.pin.check("first pin")).toBe("ok");
    await setPin(
      pages.pin,
      keyboard([
        [old, "first pin"],
        [chosen, "second pin"],
        [again, "second pin"],
      ]).terminal,
      "/state/trunkline.db",
    );
    expect(await pages.pin.check("second pin")).toBe("ok");
  });
});

describe("trunkline approve --clear-pin", () => {
  test("asks for it, and removes it only then", async () => {
    await pages.pin.set("first pin");
    await expect(clearPin(pages.pin, keyboard([[asked, "guess-me"]]).terminal)).rejects.toThrow("The PIN is wrong");
    expect(await pages.pin.isSet()).toBe(true);
    await clearPin(pages.pin, keyboard([[asked, "first pin"]]).terminal);
    expect(await pages.pin.isSet()).toBe(false);
    const { terminal, screen } = keyboard([]);
    await clearPin(pages.pin, terminal);
    expect(screen()).toBe("No PIN is set.\n");
  });
});

describe("trunkline secret <ref>", () => {
  const ref = "secret:exotel/trmum1c2/sip";
  beforeEach(() => pages.secrets.keep(new Secret("Kx7#pq-92 vZ", ref)));

  const kept = () => ({ ...pages, where: "/state/trunkline.db (live)", sandboxed: false });

  test("shows it to a terminal, below what it is and whether it is live", async () => {
    const { terminal, screen } = keyboard([]);
    await showSecret(ref, kept(), terminal);
    expect(screen()).toBe(`LIVE: a live account takes it.\nThe password of ${ref}:\nKx7#pq-92 vZ\n`);
  });

  test("has the colours of approve, and none in the password's own line", async () => {
    const screenOf = async (sandboxed: boolean) => {
      const { terminal, screen } = keyboard([]);
      const paint = (colour: string, text: string) => `<${colour}>${text}</${colour}>`;
      await showSecret(ref, { ...kept(), sandboxed }, { ...terminal, screen: { ...terminal.screen, paint } });
      return screen().split("\n");
    };
    expect(await screenOf(false)).toEqual([
      "<bold><yellow>LIVE: a live account takes it.</yellow></bold>",
      `<bold>The password of ${ref}:</bold>`,
      "Kx7#pq-92 vZ",
      "",
    ]);
    expect((await screenOf(true))[0]).toBe("<bold><cyan>SANDBOX: no carrier is touched.</cyan></bold>");
  });

  test("asks for the PIN when one is set", async () => {
    await pages.pin.set("first pin");
    const wrong = keyboard([[asked, "guess-me"]]);
    await expect(showSecret(ref, kept(), wrong.terminal)).rejects.toThrow("The PIN is wrong");
    expect(wrong.screen()).not.toContain("Kx7");
    const right = keyboard([[asked, "first pin"]]);
    await showSecret(ref, kept(), right.terminal);
    expect(right.screen()).toContain("Kx7#pq-92 vZ\n");
  });

  test("an unknown reference is said to be one", async () => {
    await expect(showSecret("secret:exotel/none/sip", kept(), keyboard([]).terminal)).rejects.toThrow(
      "No secret is kept under this reference",
    );
  });

  test("with what would steer a terminal is written so that it cannot", async () => {
    await pages.secrets.keep(new Secret("a\u001b[2Jb", ref));
    const { terminal, screen } = keyboard([]);
    await showSecret(ref, kept(), terminal);
    expect(screen()).toContain('"a\\u001b[2Jb"\n');
  });
});

test.each([
  [
    "set-pin",
    (pages: Pages) =>
      setPin(
        pages.pin,
        keyboard(
          [
            [chosen, "123456"],
            [again, "123456"],
          ],
          false,
        ).terminal,
        "/state/trunkline.db",
      ),
  ],
  ["clear-pin", (pages: Pages) => clearPin(pages.pin, keyboard([], false).terminal)],
  [
    "secret",
    (pages: Pages) => showSecret("secret:exotel/trmum1c2/sip", { ...pages, where: "here", sandboxed: true }, keyboard([], false).terminal),
  ],
])("%s insists on a terminal", async (_, run) => {
  await expect(run(pages)).rejects.toThrow("needs a person at a terminal");
  expect(await pages.pin.isSet()).toBe(false);
});
