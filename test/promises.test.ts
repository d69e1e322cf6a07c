import { describe, expect, test } from "vitest";
// @ts-expect-error: a script, which is plain JavaScript.
import { complaintsAbout } from "../scripts/promises.mjs";

const point = (index: number) => `- Promise ${index}. <!-- held by test/a.test.ts: holds ${index} -->`;
const points = Array.from({ length: 12 }, (_, index) => point(index));
const readme = `# X\n\n${points.slice(0, 4).join("\n")}\n\n## Y\n\n- Only told.\n`;
const page = `# Z\n\n<!-- promises -->\n${points.slice(4).join("\n")}\n<!-- /promises -->\n\n- Only told.\n`;
const tests = (file: string) => (file === "test/a.test.ts" ? points.map((_, index) => `test("holds ${index}"`).join("\n") : undefined);

describe("the check of what the documents promise", () => {
  test("is content where each names a test that exists", () => {
    expect(complaintsAbout(readme, [page], tests)).toEqual([]);
  });

  test("complains of a promise without a test, in the README and in a page", () => {
    expect(complaintsAbout(readme.replace(/ <!-- .*? -->/, ""), [page], tests)).toEqual(["No test is named for: - Promise 0."]);
    expect(complaintsAbout(readme, [page.replace(/ <!-- held .*? -->/, "")], tests)).toEqual(["No test is named for: - Promise 4."]);
  });

  test("complains of a test that is gone, and of a file that is", () => {
    expect(complaintsAbout(readme.replace("holds 3 ", "held 3 "), [page], tests)).toEqual(['test/a.test.ts has no test "held 3".']);
    expect(complaintsAbout(readme, [page.replace("test/a.test.ts: holds 5", "test/b.test.ts: holds 5")], tests)).toHaveLength(1);
  });

  test("complains where it finds no promises at all", () => {
    expect(complaintsAbout("# X\n", [], tests)).toHaveLength(1);
  });
});
