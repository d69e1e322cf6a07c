import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/server";
import type { Connection } from "../src/mcp/server.ts";
import { PIXEL } from "./fixture-tools.ts";

export function registerResources(server: McpServer, { era }: Connection): void {
  const plain = { mimeType: "text/plain" };
  const texts = { "test://static-text": "This is the content of the static text resource.", "test://watched-resource": "Watched." };
  for (const [uri, text] of Object.entries(texts)) {
    server.registerResource(uri.slice("test://".length), uri, plain, async () => ({ contents: [{ uri, ...plain, text }] }));
  }
  const picture = { mimeType: "image/png" };
  server.registerResource("static-binary", "test://static-binary", picture, async ({ href: uri }) => ({
    contents: [{ uri, ...picture, blob: PIXEL }],
  }));
  const template = new ResourceTemplate("test://template/{id}/data", { list: undefined });
  const json = { mimeType: "application/json" };
  server.registerResource("template", template, json, async ({ href: uri }, { id }) => ({
    contents: [{ uri, ...json, text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }],
  }));
  if (era === "modern") return;
  server.server.setRequestHandler("resources/subscribe", () => ({}));
  server.server.setRequestHandler("resources/unsubscribe", () => ({}));
}
