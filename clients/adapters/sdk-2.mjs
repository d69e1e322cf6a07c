import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

export default async function connect({ url, command, args, env }, era) {
  const client = new Client({ name: "sdk-2", version: "1" }, { versionNegotiation: { mode: era } });
  await client.connect(url ? new StreamableHTTPClientTransport(new URL(url)) : new StdioClientTransport({ command, args, env }));
  const { tools } = await client.listTools();
  return {
    tools: tools.map(({ name }) => name),
    call: (name, given) => client.callTool({ name, arguments: given }),
    close: () => client.close(),
  };
}
