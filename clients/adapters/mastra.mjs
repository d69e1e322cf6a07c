import { MCPClient } from "@mastra/mcp";

export default async function connect({ url, command, args, env }) {
  const client = new MCPClient({ servers: { trunkline: url ? { url: new URL(url) } : { command, args, env } } });
  const { trunkline: tools } = await client.listToolsets();
  return { tools: Object.keys(tools), call: (name, given) => tools[name].execute(given, {}), close: () => client.disconnect() };
}
