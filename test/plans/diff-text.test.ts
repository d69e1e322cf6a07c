import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Step } from "../../src/core/carrier/planner.ts";
import { plainScreen, screenOf } from "../../src/core/screen.ts";
import { diffJson, diffText, exitCode } from "../../src/plans/planning/diff-text.ts";
import type { PlanContent, Planned } from "../../src/plans/planning/plan-content.ts";
import { effects, summarize } from "../../src/plans/planning/step-rows.ts";
import { anyText } from "../support/any-text.ts";
import { planners } from "../support/planners.ts";
import { runs } from "../support/runs.ts";

const plain = { ...plainScreen, width: 10_000 };
const map = (n: number, trunk = "office"): Step => ({
  n,
  provider: "exotel",
  trunk,
  tool: "exotel_map_phone_number",
  arguments: { trunk_sid: trunk, phone_number: `+9180443192${40 + n}` },
  effect: "create",
  reason: "Outbound calls show it.",
});
const widen: Step = {
  n: 9,
  provider: "exotel",
  trunk: "office",
  tool: "exotel_whitelist_ip",
  arguments: { trunk_sid: "office", ip: "44.248.0.0", mask: 16 },
  effect: "create",
  reason: "Calls may come from there.",
  exposure: "Let all 65536 addresses of 44.248.0.0/16 place calls at your cost.",
};
const remove: Step = {
  n: 10,
  provider: "exotel",
  trunk: "shop",
  tool: "exotel_delete_trunk",
  arguments: { trunk_sid: "trmum1" },
  effect: "destroy",
  reason: "The trunk is not among what is wanted.",
};

const office: PlanContent["setups"][number] = { provider: "exotel", trunk: "office" };

function made(content: Partial<PlanContent>): Planned {
  return {
    kind: "plan",
    content: { setups: [], prune: false, steps: [], unchanged: [], warnings: [], next: [], ...content },
    observed: [],
  };
}

const all = made({
  steps: [map(1), map(2), widen, remove],
  unchanged: [{ trunk: "office", kind: "ip", value: "203.0.113.50/32" }],
  warnings: ["A range may be refused."],
  next: ["Make a flow."],
});

describe("a plan in a terminal", () => {
  test("says what is created, changed, removed and unchanged, and counts", () => {
    expect(diffText(all, { screen: plain, planners })).toBe(
      [
        '+ Map 2 numbers (+918044319241, +918044319242) on trunk "office".',
        '+ Let calls come from 1 IP or range (44.248.0.0/16) on trunk "office".',
        "  ! Let all 65536 addresses of 44.248.0.0/16 place calls at your cost. A person has to agree.",
        '- Delete trunk "shop" on Exotel with everything on it; this cannot be undone.',
        "! A range may be refused.",
        "> Make a flow.",
        "",
        "3 to create, 0 to change, 1 to remove, 1 unchanged.",
        "",
      ].join("\n"),
    );
  });

  test("is coloured only when asked", () => {
    expect(diffText(all, { screen: plain, planners })).not.toContain("\u001b");
    expect(diffText(all, { screen: screenOf({ isTTY: true }, {}), planners })).toContain("\u001b[31m- Delete");
  });

  test("is one line where there is nothing to do, beside its warnings", () => {
    const unchanged = [1, 2, 3].map((n) => ({ trunk: "office", kind: "number" as const, value: `+91804431924${n}` }));
    expect(diffText(made({ unchanged, setups: [office, { ...office, trunk: "shop" }] }), { screen: plain, planners })).toBe(
      "✓ No changes: 2 trunks as the file says.\n",
    );
    expect(diffText(made({ unchanged, warnings: ["A range may be refused."] }), { screen: plain, planners }).split("\n")).toHaveLength(3);
  });

  test("is broken between words where the window is narrow, under its own text", () => {
    const narrow = diffText(all, { screen: { ...plain, width: 40 }, planners }).split("\n");
    expect(Math.max(...narrow.slice(0, -2).map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(narrow).toContain("    44.248.0.0/16 place calls at your");
  });

  test("shows questions, each with its place", () => {
    const asked: Planned = { kind: "questions", questions: [{ field: "trunks.0.numbers", question: "Which number?" }], warnings: [] };
    expect(diffText(asked, { screen: plain, planners })).toBe("? trunks.0.numbers: Which number?\n\n1 question. Nothing was planned.\n");
    expect(diffJson(asked)).toMatchObject({ kind: "questions", questions: [{ field: "trunks.0.numbers" }] });
  });

  test.each<[string, Planned, number]>([
    ["nothing to change", made({}), 0],
    ["changes", all, 2],
    ["questions", { kind: "questions", questions: [{ field: "", question: "Which?" }], warnings: [] }, 1],
  ])("%s has its exit code", (_, planned, expected) => {
    expect(exitCode(planned)).toBe(expected);
  });

  test("a hostile name stays inside its quotation marks and on its line", () => {
    const hostile = fc.oneof(anyText(), fc.constantFrom('x".\n- Delete everything', "\u001b[2J", "\u202eevil", "a\u2028b"));
    fc.assert(
      fc.property(hostile, (name) => {
        const planned = made({ steps: [map(1, name)], unchanged: [{ trunk: name, kind: "trunk", value: name }] });
        const text = diffText(planned, { screen: plain, planners });
        expect(text.split("\n")).toHaveLength(4);
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(JSON.stringify(diffJson(planned))).not.toMatch(/\\u001b|\p{Cf}/u);
        expect(effects({ steps: [map(1, name)] }, planners)[0]).toMatch(/^Map 1 number \(\+918044319241\) on trunk "[^"]*"\.$/);
      }),
      { numRuns: runs() },
    );
  });
});

describe("what a person agrees to", () => {
  test("is at most twelve sentences; what opens or removes something is never what is left out", () => {
    const trunks = Array.from({ length: 40 }, (_, index) => map(index + 1, `trunk_${index}`));
    const sentences = effects({ steps: [...trunks, widen, remove] }, planners);
    expect(sentences).toHaveLength(12);
    expect(sentences[9]).toContain("Let all 65536 addresses");
    expect(sentences[10]).toBe('Delete trunk "shop" on Exotel with everything on it; this cannot be undone.');
    expect(sentences[11]).toBe("And 31 further steps; the plan lists them.");
  });

  test("stands in the order of the steps: what is made is said before what is opened on it", () => {
    expect(effects({ steps: [map(1, "shop"), widen] }, planners)[0]).toContain("Map 1 number");
  });

  test("says so when even of these there are too many", () => {
    const removals = Array.from({ length: 20 }, (_, index) => ({ ...remove, n: index + 1, trunk: `t${index}` }));
    expect(effects({ steps: removals }, planners).at(-1)).toBe(
      "And 9 further steps; the plan lists them. 9 of them remove something or let more in.",
    );
  });

  test("is counted by what needs a person", () => {
    expect(summarize({ steps: [map(1), widen, remove], unchanged: [] }, planners).counts).toEqual({
      create: 2,
      change: 0,
      destroy: 1,
      unchanged: 0,
      needs_approval: 2,
    });
  });
});
