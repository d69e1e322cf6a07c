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
  next_cursor?: string;
  warnings?: string[];
}

/** Every page of a listing, until there is no further cursor. */
async function walk(args: Record<string, unknown>): Promise<Page[]> {
  const pages: Page[] = [];
  let cursor: string | undefined;
  do {
    const { isError, value } = await trunkline.call("list_trunks", { ...args, ...(cursor === undefined ? {} : { cursor }) });
    expect(isError).toBe(false);
    pages.push(value);
    cursor = value.next_cursor;
  } while (cursor !== undefined && pages.length < 500);
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

  test("a carrier that fails costs its own rows and a warning", async () => {
    trunkline = await startTrunkline({
      providers: [toyProvider("a", ["x"]), toyProvider("b", ["y"], { failing: true }), toyProvider("c", ["z"])],
    });
    const [page] = await walk({});
    expect(page?.trunks.map(({ trunk_id }) => trunk_id)).toEqual(["a-0", "c-0"]);
    expect(page?.warnings).toEqual(["Toy b could not be listed: The toy did not accept the key."]);
  });

  test("a carrier that is slow costs its own rows and a warning, not the answer", async () => {
    trunkline = await startTrunkline({ providers: [toyProvider("a", ["x"]), toyProvider("b", ["y"])], timing: { callMs: 1_500 } });
    trunkline.sandbox.script({ kind: "stall", provider: "a", times: 10 });
    const [page] = await walk({});
    expect(page?.trunks.map(({ trunk_id }) => trunk_id)).toEqual(["b-0"]);
    expect(page?.warnings?.join()).toContain("Toy a could not be listed");
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
