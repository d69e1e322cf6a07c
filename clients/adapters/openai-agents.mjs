import { getAllMcpTools, MCPServerStdio, MCPServerStreamableHttp, RunContext } from "@openai/agents";

export default async function connect({ url, command, args, env }) {
  const server = url ? new MCPServerStreamableHttp({ url }) : new MCPServerStdio({ command, args, env });
  await server.connect();
  const listed = await getAllMcpTools({ mcpServers: [server], convertSchemasToStrict: true });
  const tools = new Map(listed.map((tool) => [tool.name, tool]));
  return {
    tools: [...tools.keys()],
    call: async (name, given) => {
      const tool = tools.get(name);
      return await tool.invoke(new RunContext(), JSON.stringify(tool.strict ? strict(tool.parameters, given) : given));
    },
    close: () => server.close(),
  };
}

/** Fills arguments up as a model does under a strict schema: every field, with null for those left out. */
function strict(schema, value) {
  if (value === undefined) return null;
  const { properties, items } = schema.anyOf?.find(({ type }) => type !== "null") ?? schema;
  if (Array.isArray(value)) return items ? value.map((item) => strict(items, item)) : value;
  if (!properties || value === null) return value;
  return Object.fromEntries(Object.entries(properties).map(([key, field]) => [key, strict(field, value[key])]));
}
