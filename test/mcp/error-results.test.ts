import { afterEach, describe, expect, test } from "vitest";
import { startTrunkline, type Trunkline, ways } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

type Raw = { isError?: boolean; structuredContent?: unknown; content: { type: string; text: string }[] };

/** One client parses a first item that is JSON, and holds it against the tool's output schema: an error was lost in it. */
function takenForStructured({ content }: Raw): unknown {
  try {
    return JSON.parse(content[0]?.text ?? "");
  } catch {
    return undefined;
  }
}

describe.each(ways)("an error, client $era over $transport", (way) => {
  test.each<[string, string, Record<string, unknown>, string]>([
    ["a wrong input", "exotel_whitelist_ip", { trunk_sid: "office", ip: "10.0.0.1" }, "10.0.0.1 is a private"],
    ["something that is not there", "get_trunk", { trunk_id: "nobodys" }, '"nobodys"'],
    ["a call that waits for a person", "exotel_delete_trunk", { trunk_sid: "office" }, "A person has to agree first: http"],
  ])("%s begins with a sentence; its JSON is the second item", async (_, tool, given, words) => {
    trunkline = await startTrunkline({ ...way, pages: true });
    await trunkline.call("exotel_create_trunk", { trunk_name: "office" });
    const { isError, value, raw } = await trunkline.call(tool, given);
    const { content, structuredContent } = raw as Raw;
    expect([isError, content.length, structuredContent]).toEqual([true, 2, undefined]);
    expect(takenForStructured(raw as Raw)).toBeUndefined();
    expect(content[0]?.text).toContain(words);
    expect(value).toMatchObject({ code: expect.any(String), hint: expect.any(String) });
    if (value.approve_url) expect(content[0]?.text).toContain(value.approve_url);
  });

  test("a result is one item of JSON, as before", async () => {
    trunkline = await startTrunkline({ ...way });
    const { raw } = await trunkline.call("list_trunks");
    expect((raw as Raw).content).toHaveLength(1);
    expect(takenForStructured(raw as Raw)).toEqual((raw as Raw).structuredContent);
  });
});
