import { MCPClient } from "mcp-use";
import { LangChainAdapter } from "mcp-use/adapters";

export default async function connect({ url, command, args, env }) {
  const client = MCPClient.fromDict({ mcpServers: { trunkline: url ? { url } : { command, args, env } } });
  await client.createAllSessions();
  const adapter = new LangChainAdapter();
  const made = await adapter.loadToolsForConnector(client.getSession("trunkline").connector);
  const tools = new Map(made.map((tool) => [tool.name, tool]));
  return { tools: [...tools.keys()], call: (name, given) => tools.get(name).invoke(given), close: () => client.closeAllSessions() };
}
