import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { runs } from "../support/runs.ts";
import { toyProvider } from "../support/toy.ts";
import { startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

interface Page {
  trunks: { provider: string; trunk_id: string; trunk_name: string; status: string }[];
  next_cursor: string | null;
  complete: boolean;
  carriers?: Record<string, number | null>;
  missing?: { provider: string; code: string; message: string; retry_after_seconds?: number }[];
}

/** Every page of a listing, until there is no further cursor. */
async function walk(args: Record<string, unknown>): Promise<Page[]> {
  const pages: Page[] = [];
  let cursor: string | null = null;
  do {
    const { isError, value } = await trunkline.call("list_trunks", { ...args, ...(cursor === null ? {} : { cursor }) });
    expect(isError).toBe(false);
    pages.push(value);
    cursor = value.next_cursor;
  } while (cursor !== null && pages.length < 500);
  return pages;
}

const idsOf = (pages: Page[]) => pages.flatMap(({ trunks }) => trunks.map(({ trunk_id }) => trunk_id));

describe("a carrier defined in a test, with no edit in src", () => {
  test("is listed, read by id and by name, and is a resource", async () => {
    trunkline = await startTrunkline({ providers: [toyProvider("toy", ["first", "second"])] });
    expect((await trunkline.call("list_trunks")).value.trunks.map((row: { trunk_name: string }) => row.trunk_name)).toEqual([
      "first",
      "second",
    ]);
    expect((await trunkline.call("get_trunk", { trunk_id: "second" })).value.trunk.trunk_id).toBe("toy-1");
    const { contents } = await trunkline.client.readResource({ uri: "trunks://toy/toy-0" });
    expect(contents[0]).toHaveProperty("text", expect.stringContaining("first"));
    expect((await trunkline.client.listTools()).tools.map(({ name }) => name)).toEqual([
      "list_trunks",
      "get_trunk",
      "plan_trunk",
      "apply_plan",
      "get_plan",
      "export_pbx_config",
      "check_trunk",
      "find_gateway",
      "explain_sip_code",
    ]);
  });
});

describe("one list over several carriers", () => {
  test("pages through every trunk exactly once, whatever the sizes, limits and filters", async () => {
    const arbitrary = fc.record({
      sizes: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 }),
      limit: fc.integer({ min: 1, max: 20 }),
      status: fc.constantFrom(undefined, "active", "blocked"),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ sizes, limit, status }) => {
        trunkline = await startTrunkline({ providers: sizes.map((size, index) => toyProvider(`c${index}`, names("t", size))) });
        const filter = status === undefined ? {} : { status };
        const all = idsOf(await walk({ ...filter, limit: 100 }));
        const pages = await walk({ ...filter, limit });
        expect(idsOf(pages)).toEqual(all);
        expect(pages.every(({ trunks }) => trunks.length <= limit)).toBe(true);
        expect(pages.map(({ complete }) => complete)).toEqual(pages.map((_, index) => index === pages.length - 1));
        if (status === undefined) expect(all).toHaveLength(sizes.reduce((sum, size) => sum + size, 0));
        else expect(pages.flatMap(({ trunks }) => trunks).every((row) => row.status === status)).toBe(true);
        await trunkline.close();
      }),
      { numRuns: runs() },
    );
  });

  test("filters by carrier and by a part of the name", async () => {
    trunkline = await startTrunkline({ providers: [toyProvider("a", ["sales", "support"]), toyProvider("b", ["Sales_eu"])] });
    expect(idsOf(await walk({ provider: "b" }))).toEqual(["b-0"]);
    expect(idsOf(await walk({ trunk_name: "sales" }))).toEqual(["a-0", "b-0"]);
  });

  test("goes on behind more pages without a match than one call reads", async () => {
    trunkline = await startTrunkline({ providers: [toyProvider("a", names("t", 210))] });
    const pages = await walk({ trunk_name: "t209", limit: 1 });
    expect(pages.map((page) => [idsOf([page]), page.complete])).toEqual([
      [[], false],
      [["a-209"], true],
    ]);
  });

  test("says how many trunks each carrier has, where one page told, and when the list is whole", async () => {
    trunkline = await startTrunkline({
      providers: [toyProvider("a", names("t", 3)), toyProvider("b", names("t", 60)), toyProvider("c", [])],
    });
    const [first, second] = await walk({});
    expect(first).toMatchObject({ complete: false, carriers: { a: 3, b: null, c: 0 }, next_cursor: expect.any(String) });
    expect(second).toMatchObject({ complete: true, next_cursor: null });
    expect([second?.carriers, second?.missing]).toEqual([undefined, undefined]);
    expect((await walk({ provider: "a" }))[0]).toMatchObject({ complete: true, carriers: { a: 3, b: null, c: null } });
  });

  test("a carrier that fails costs its own rows, and is named", async () => {
    trunkline = await startTrunkline({
      providers: [toyProvider("a", ["x"]), toyProvider("b", ["y"], { failing: true }), toyProvider("c", ["z", "zz"])],
    });
    const pages = await walk({ limit: 2 });
    expect(idsOf(pages)).toEqual(["a-0", "c-0", "c-1"]);
    expect(pages.map(({ complete, missing }) => [complete, missing])).toEqual([
      [false, [{ provider: "b", code: "unauthorized", message: "The toy did not accept the key." }]],
      [false, undefined],
    ]);
  });

  test("a carrier that is slow costs its own rows, not the answer", async () => {
    trunkline = await startTrunkline({ providers: [toyProvider("a", ["x"]), toyProvider("b", ["y"])], timing: { callMs: 1_500 } });
    trunkline.sandbox.script({ kind: "stall", provider: "a", times: 10 });
    const [page] = await walk({});
    expect(page?.trunks.map(({ trunk_id }) => trunk_id)).toEqual(["b-0"]);
    expect(page?.missing).toMatchObject([{ provider: "a", code: "provider_failed" }]);
  });

  test("a carrier that asks to wait says for how long", async () => {
    trunkline = await startTrunkline({ providers: [toyProvider("a", ["x"]), toyProvider("b", ["y"])] });
    trunkline.sandbox.script({ kind: "status", status: 429, retry_after: "900", provider: "a", times: 10 });
    expect((await walk({}))[0]?.missing).toMatchObject([{ provider: "a", code: "rate_limited", retry_after_seconds: 900 }]);
  });

  test("when every carrier that was asked fails there is no list, but an error", async () => {
    const failing = { failing: true };
    trunkline = await startTrunkline({
      providers: [toyProvider("a", ["x"], failing), toyProvider("b", ["y"], failing), toyProvider("c", ["z"])],
    });
    expect(await trunkline.call("list_trunks", { provider: "a" })).toMatchObject({
      isError: true,
      value: { code: "unauthorized", message: "Toy a could not be listed: The toy did not accept the key." },
    });
    trunkline.sandbox.script({ kind: "status", status: 503, provider: "c", times: 10 });
    const { isError, value } = await trunkline.call("list_trunks");
    expect([isError, value.code]).toEqual([true, "provider_failed"]);
    for (const id of ["a", "b", "c"]) expect(value.message).toContain(`Toy ${id} could not be listed: `);
  });

  test.each(["list_trunks", "get_trunk"])("%s of a provider that does not exist is refused with those that do", async (tool) => {
    trunkline = await startTrunkline({ providers: [toyProvider("a", ["x"]), toyProvider("b", ["y"])] });
    const { isError, value } = await trunkline.call(tool, { provider: "nobody", ...(tool === "get_trunk" ? { trunk_id: "x" } : {}) });
    expect(isError).toBe(true);
    expect(value).toMatchObject({ code: "invalid_input", field: "provider", candidates: ["a", "b"] });
    expect(value.message).toContain("a, b");
  });

  test("a name that two trunks have is an error that lists them", async () => {
    trunkline = await startTrunkline({ providers: [toyProvider("a", ["twin"]), toyProvider("b", ["twin"])] });
    const { value } = await trunkline.call("get_trunk", { trunk_id: "twin" });
    expect(value).toMatchObject({ code: "conflict", field: "trunk_id", candidates: ["a/a-0", "b/b-0"] });
    expect((await trunkline.call("get_trunk", { trunk_id: "twin", provider: "b" })).value.trunk.trunk_id).toBe("b-0");
  });

  test.each(["x", "e30", Buffer.from('{"provider":"nobody","shown":0}').toString("base64url")])(
    "the cursor %s of no list is refused",
    async (cursor) => {
      trunkline = await startTrunkline({ providers: [toyProvider("a", ["x"])] });
      expect((await trunkline.call("list_trunks", { cursor })).value).toMatchObject({ code: "invalid_input", field: "cursor" });
    },
  );
});
