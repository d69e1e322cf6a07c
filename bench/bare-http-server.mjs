// The smallest correct server on the same SDK, both eras, sessions for the older: what `trunkline http` is measured against.
// Its argument is a file of tools to list instead of its own one.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import {
  localhostHostValidation,
  localhostOriginValidation,
  NodeStreamableHTTPServerTransport,
  toNodeHandler,
  toWebRequest,
} from "@modelcontextprotocol/node";
import { createMcpHandler, fromJsonSchema, isInitializeRequest, isLegacyRequest, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";

const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const add = {
  name: "add",
  title: "Add",
  description: "Adds two numbers.",
  inputSchema: z.strictObject({ a: z.number().describe("First"), b: z.number().describe("Second") }),
  outputSchema: z.object({ sum: z.number() }),
  annotations,
};
const [, , file] = process.argv;
const tools = file === undefined ? [add] : JSON.parse(readFileSync(file, "utf8")).map(fromListed);
const READ = JSON.stringify({ providers: ["one", "two", "three"], sandbox: true });

function fromListed({ inputSchema, outputSchema, ...rest }) {
  return { ...rest, inputSchema: fromJsonSchema(inputSchema), outputSchema: fromJsonSchema(outputSchema) };
}

function build() {
  const server = new McpServer({ name: "bare", version: "1.0.0" });
  for (const { name, ...tool } of tools) {
    server.registerTool(name, tool, async ({ a, b }) => ({
      content: [{ type: "text", text: String(a + b) }],
      structuredContent: { sum: a + b },
    }));
  }
  server.registerResource("providers", "trunkline://providers", { mimeType: "application/json" }, async ({ href: uri }) => ({
    contents: [{ uri, mimeType: "application/json", text: READ }],
  }));
  return server;
}

const modern = toNodeHandler(createMcpHandler(build, { legacy: "reject" }));
const sessions = new Map();
const [hostOk, originOk] = [localhostHostValidation(), localhostOriginValidation()];

const server = createServer(async (request, response) => {
  if (!hostOk(request, response) || !originOk(request, response)) return;
  const body = request.method === "POST" ? JSON.parse(await textOf(request)) : undefined;
  if (await isLegacyRequest(await toWebRequest(request, body), body)) await legacy(request, response, body);
  else await modern(request, response, body);
});

async function legacy(request, response, body) {
  const known = sessions.get(request.headers["mcp-session-id"]);
  if (known) return await known.handleRequest(request, response, body);
  if (!isInitializeRequest(body)) return response.writeHead(400).end();
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  await build().connect(transport);
  await transport.handleRequest(request, response, body);
}

async function textOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

server.listen(0, "127.0.0.1", () => process.stderr.write(`http://127.0.0.1:${server.address().port}/mcp\n`));
process.once("SIGTERM", () => process.exit());
