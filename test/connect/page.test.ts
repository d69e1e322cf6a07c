import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { CarrierEnd, ConnectionWish } from "../../src/core/carrier/connection.ts";
import { providers } from "../../src/providers/index.ts";
import { formatTarget } from "../../src/rules/connection.ts";
import { root } from "../support/doc-pages.ts";
import { lines } from "./support.ts";

const HOST = "abc123.sip.livekit.cloud";

/** A row for each carrier and direction: the values of one side that go to the other. */
async function table(): Promise<string> {
  const rows: string[] = [];
  for (const provider of providers) {
    const side = "connection" in provider ? ((await provider.connection?.()) as CarrierEnd | undefined) : undefined;
    if (side) rows.push(...rowsOf(provider.id, provider.title, side));
  }
  return ["| Carrier | Calls | The carrier gets | LiveKit gets |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function rowsOf(id: string, title: string, { inbound, outbound }: CarrierEnd): string[] {
  const number = lines[id]?.number ?? "";
  const wish: ConnectionWish = {
    trunk: "agent",
    known: undefined,
    numbers: [number],
    country: undefined,
    encrypted: undefined,
    options: {},
  };
  const admission = inbound.admission(wish);
  const told = {
    login: "a login that Trunkline makes",
    addresses: `the carrier's ${admission.kind === "addresses" ? admission.addresses.length : 0} address ranges`,
    number: "the number alone",
  }[admission.kind];
  const target = formatTarget(inbound.target(HOST, inbound.encrypted));
  const { gateway, user, headers } = outbound.toward(wish, outbound.encrypted, "abc123");
  const login = user === undefined ? "nothing: it makes the login itself" : `login \`${user}\``;
  const header = headers ? `, header \`${Object.keys(headers).join(", ")}\`` : "";
  return [
    `| ${title} | in | destination \`${target}\`, then the number | the number; tells its calls by ${told} |`,
    `| ${title} | out | ${login} | address \`${gateway.host}\`, ${gateway.transport}, the login${header}, the number as caller id |`,
  ];
}

test("docs/connect.md says which value goes where, as the carriers' own ends do", async () => {
  const path = join(root, "docs", "connect.md");
  const page = readFileSync(path, "utf8");
  const expected = page.replace(/(<!-- values -->\n)[\s\S]*?(\n<!-- \/values -->)/, `$1${(await table()).replaceAll("$", "$$$$")}$2`);
  expect(expected).toContain("| DIDWW | in |");
  if (process.env["UPDATE"] === "1") writeFileSync(path, expected);
  else expect(page, "UPDATE=1 vitest run test/connect/page.test.ts rewrites it").toBe(expected);
});
