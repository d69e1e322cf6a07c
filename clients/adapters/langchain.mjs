import { MultiServerMCPClient } from "@langchain/mcp-adapters";

export default async function connect({ url, command, args, env }) {
  const trunkline = url ? { transport: "http", url } : { transport: "stdio", command, args, env };
  const client = new MultiServerMCPClient({ mcpServers: { trunkline } });
  const tools = new Map((await client.getTools()).map((tool) => [tool.name, tool]));
  return { tools: [...tools.keys()], call: (name, given) => tools.get(name).invoke(given), close: () => client.close() };
}
