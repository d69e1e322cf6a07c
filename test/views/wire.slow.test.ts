import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import type { Era } from "../support/trunkline.ts";
import { startViewed, VIEW_EXTENSION, type Viewed } from "../support/viewed.ts";

let viewed: Viewed;
afterEach(() => viewed.close());

const pictured = ["check_trunk", "connect_trunk", "get_plan", "get_trunk", "list_trunks", "plan_trunk"];

describe.each<Era>(["v1", "v2"])("views over the wire, client %s", (era) => {
  test("each tool that has a picture names the one page; a view may call those that only read", async () => {
    viewed = await startViewed(era);
    const { tools } = await viewed.client.listTools();
    const uiOf = ({ _meta }: (typeof tools)[number]) => _meta?.["ui"] as { resourceUri: string; visibility?: string[] } | undefined;
    const shown = tools.filter((tool) => uiOf(tool));
    expect(new Set(shown.map((tool) => uiOf(tool)?.resourceUri))).toEqual(new Set([viewed.uri]));
    const readers = shown.filter(({ annotations }) => annotations?.readOnlyHint === true);
    expect(readers.map(({ name }) => name).sort()).toEqual(pictured);
    expect(readers.filter((tool) => uiOf(tool)?.visibility)).toEqual([]);
    const writers = tools.filter(({ annotations }) => annotations?.readOnlyHint !== true);
    expect(writers.length).toBeGreaterThan(15);
    expect(writers.filter((tool) => JSON.stringify(uiOf(tool)?.visibility) !== '["model"]')).toEqual([]);
  });

  test("the server says that it has views, and serves the page under an address of its own", async () => {
    viewed = await startViewed(era);
    expect(viewed.client.getServerCapabilities()).toMatchObject({ extensions: { [VIEW_EXTENSION]: {} } });
    expect(viewed.uri).toMatch(/^ui:\/\/trunkline\/[0-9a-f]{8}$/);
    const { contents } = await viewed.client.readResource({ uri: viewed.uri });
    expect(contents).toMatchObject([{ uri: viewed.uri, mimeType: "text/html;profile=mcp-app", _meta: { ui: { prefersBorder: true } } }]);
    const { resources } = await viewed.client.listResources();
    expect(resources.filter(({ uri }) => uri.startsWith("ui:"))).toEqual([]);
    await expect(viewed.client.readResource({ uri: "ui://trunkline/00000000" })).rejects.toThrow();
  });
});

test("the page is small, and names nothing that it would load", async () => {
  viewed = await startViewed();
  expect(Buffer.byteLength(viewed.html)).toBeLessThanOrEqual(20_000);
  expect(gzipSync(viewed.html).length).toBeLessThanOrEqual(9_000);
  expect(viewed.html).not.toMatch(/(?:src|href)=|url\(|@import|https?:\/\/(?!\/)[a-z]/);
});
