import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { renderForDisk } from "../../src/pbx/format.ts";
import { freeswitch } from "../../src/pbx/formats/freeswitch.ts";
import { programPath } from "../support/daemon.ts";
import { needs } from "../support/needs.ts";
import { factsWith, hostilePasswords } from "./trunks.ts";

const program = programPath("xmllint");

function xmllint(xml: string, ...options: string[]): string {
  return execFileSync(program ?? "", [...options, "-"], { input: xml, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
}

describe("FreeSWITCH's XML through xmllint", needs({ xmllint: program }), () => {
  test.each(hostilePasswords)("is well formed and holds %j literally", (password) => {
    const facts = factsWith({ directions: ["outbound", "inbound", "flow"], carrierSignalling: [] }, { trunk_name: "--><x>--" });
    const files = renderForDisk(freeswitch, facts, new Secret(password));
    for (const { text } of files) expect(xmllint(text, "--noout")).toBe("");
    const read = xmllint(files[0]?.text ?? "", "--xpath", 'string(//param[@name="password"]/@value)');
    expect(read.replace(/\n$/, "")).toBe(password);
  });

  test("what is not escaped is refused: the check can fail", () => {
    expect(() => xmllint('<include><param value="a&b"/></include>', "--noout")).toThrow();
  });
});
