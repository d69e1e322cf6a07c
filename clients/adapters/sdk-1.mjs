import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

/** A client of the SDK 1.x, connected: others bring their own, or take this one. */
export async function connectSdk1({ url, command, args, env }) {
  const client = new Client({ name: "sdk-1", version: "1" });
  const transport = url ? new StreamableHTTPClientTransport(new URL(url)) : new StdioClientTransport({ command, args, env });
  await client.connect(transport);
  return client;
}

export default async function connect(server) {
  const client = await connectSdk1(server);
  const { tools } = await client.listTools();
  return {
    tools: tools.map(({ name }) => name),
    call: (name, given) => client.callTool({ name, arguments: given }),
    close: () => client.close(),
  };
}
