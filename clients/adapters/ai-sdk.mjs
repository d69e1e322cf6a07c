/** Both majors of the AI SDK: their tools are called as a model's answer would have them called. */
export default async function connect({ url, command, args, env }, { createMCPClient, Experimental_StdioMCPTransport }) {
  const transport = url ? { type: "http", url } : new Experimental_StdioMCPTransport({ command, args, env });
  // The 1.x of its client calls this for notifications that it does not know.
  const client = await createMCPClient({ transport, onUncaughtError: () => {} });
  const tools = await client.tools();
  return {
    tools: Object.keys(tools),
    call: async (name, given) => {
      const result = await tools[name].execute(given, { toolCallId: "1", messages: [] });
      return {
        isError: result.isError,
        told: await (tools[name].toModelOutput?.({ toolCallId: "1", input: given, output: result }) ?? result),
      };
    },
    close: () => client.close(),
  };
}
