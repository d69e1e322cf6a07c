/** Tools that answer by themselves. Names, texts and schemas are the suite's. */
import { setTimeout as pause } from "node:timers/promises";
import { fromJsonSchema, type McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";

/** A picture of one red pixel. */
export const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
/** A sound of no samples. */
const SILENCE = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

export const text = (words: string) => ({ content: [{ type: "text" as const, text: words }] });
const image = { type: "image" as const, data: PIXEL, mimeType: "image/png" };
const none = z.strictObject({});

const schema2020 = fromJsonSchema({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: { address: { $anchor: "addressDef", type: "object", properties: { street: { type: "string" }, city: { type: "string" } } } },
  properties: {
    name: { type: "string" },
    address: { $ref: "#/$defs/address" },
    contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: { type: "string" },
    email: { type: "string" },
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false,
});

export function registerTools(server: McpServer): void {
  const answers = {
    test_simple_text: text("This is a simple text response for testing."),
    test_image_content: { content: [image] },
    test_audio_content: { content: [{ type: "audio" as const, data: SILENCE, mimeType: "audio/wav" }] },
    test_embedded_resource: { content: [embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")] },
    test_multiple_content_types: {
      content: [
        ...text("Multiple content types test:").content,
        image,
        embedded("test://mixed-content-resource", "application/json", JSON.stringify({ test: "data", value: 123 })),
      ],
    },
    test_error_handling: { ...text("This tool intentionally returns an error for testing"), isError: true },
  };
  for (const [name, answer] of Object.entries(answers)) {
    server.registerTool(name, { description: "A fixed answer", inputSchema: none }, async () => answer);
  }
  server.registerTool("json_schema_2020_12_tool", { description: "A schema of many keywords", inputSchema: schema2020 }, async () =>
    text("ok"),
  );
  registerTalkative(server);
  server.registerTool(
    "test_x_mcp_header",
    {
      description: "Mirrors an argument in a header",
      inputSchema: fromJsonSchema<{ region: string }>({
        type: "object",
        properties: { region: mirrored },
        required: ["region"],
      }),
    },
    async ({ region }) => text(region),
  );
}

/** A keyword of MCP's own. */
const mirrored: object = { type: "string", "x-mcp-header": "Region" };

function embedded(uri: string, mimeType: string, words: string) {
  return { type: "resource" as const, resource: { uri, mimeType, text: words } };
}

/** Tools that say something before they answer. */
function registerTalkative(server: McpServer): void {
  server.registerTool("test_tool_with_progress", { description: "Reports its progress", inputSchema: none }, async (_, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        await mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress, total: 100 } });
      }
      await pause(50);
    }
    return text("done");
  });
  for (const name of ["test_tool_with_logging", "test_logging_tool"]) {
    server.registerTool(name, { description: "Logs as it goes", inputSchema: none }, async (_, { mcpReq }) => {
      for (const line of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
        await mcpReq.log("info", line);
        await pause(50);
      }
      return text("logged");
    });
  }
  server.registerTool("test_reconnection", { description: "Takes a moment", inputSchema: none }, async () => {
    await pause(100);
    return text("reconnected");
  });
}
