import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { installButtons, installLinks, server } from "../../scripts/install-links.mjs";
import { type Client, clients } from "../../src/setup/clients.ts";
import { root } from "../support/doc-pages.ts";
import { clientPage, clientsIndex } from "./client-pages.ts";

const owner = JSON.parse(readFileSync(join(root, "packaging/owner.json"), "utf8")) as { repository: string };
const folder = join(root, "docs", "clients");
const pages = [
  ["README.md", clientsIndex(owner)],
  ...Object.entries<Client>(clients).map(([id, client]) => [`${id}.md`, clientPage(id, client, owner)]),
] as [string, string][];

describe("docs/clients", () => {
  test.each(pages)("%s is what the code says", (name, text) => {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, name);
    if (process.env["UPDATE"] === "1") writeFileSync(file, text);
    else expect(existsSync(file) ? readFileSync(file, "utf8") : "", "npm run update rewrites it").toBe(text);
  });

  test("has no page of a client that setup does not know", () => {
    expect(readdirSync(folder).sort()).toEqual(pages.map(([name]) => name).sort());
  });

  test("each page says the five things, and no home folder of this machine", () => {
    for (const [name, text] of pages.slice(1)) {
      expect(text.match(/^\d\. \*\*/gm), name).toHaveLength(5);
      expect(text).not.toContain(process.env["HOME"] ?? "/home");
    }
  });
});

/** Reads a link as its host does. */
const decoded: Record<string, (parameters: URLSearchParams) => unknown> = {
  "cursor.com": (parameters) => JSON.parse(Buffer.from(parameters.get("config") ?? "", "base64").toString()),
  "lmstudio.ai": (parameters) => JSON.parse(Buffer.from(parameters.get("config") ?? "", "base64").toString()),
  "vscode.dev": (parameters) => JSON.parse(parameters.get("config") ?? ""),
  "insiders.vscode.dev": (parameters) => JSON.parse(parameters.get("config") ?? ""),
  "kiro.dev": (parameters) => JSON.parse(parameters.get("config") ?? ""),
};

describe("a link with one click", () => {
  const links = installLinks(owner).map(({ url }) => new URL(url));
  const { name, command, args } = server;

  test.each(links.filter(({ host }) => host in decoded))("$host says the name, the command and its arguments, and no key", (url) => {
    expect(url.searchParams.get("name")).toBe(name);
    expect([
      { command, args },
      { type: "stdio", command, args },
    ]).toContainEqual(decoded[url.host]?.(url.searchParams));
  });

  test("is decoded by this test, or leads to the bundle", () => {
    expect(Object.keys(decoded).filter((host) => !links.some((link) => link.host === host))).toEqual([]);
    const others = links.filter(({ host }) => !(host in decoded)).map(String);
    expect(others).toEqual([`${owner.repository}/releases/latest/download/trunkline.mcpb`]);
  });

  test("stands in the line of buttons, where GitHub keeps it", () => {
    const found = [...installButtons(owner).matchAll(/\[!\[Add to [^\]]+\]\((https:[^)\s]+)\)\]\((https:[^)\s]+)\)/g)];
    expect(found.map(([, , url]) => url)).toEqual(installLinks(owner).map(({ url }) => url));
  });

  test("starts what the package is called", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { name: string };
    expect(args).toEqual(["-y", manifest.name]);
  });
});
