import { connectToMcpServer, discoverTools } from "@google/gemini-cli-core/dist/src/tools/mcp-client.js";

/** Answers of the command line program around the library. */
const workspace = { getDirectories: () => [], onDirectoriesChanged: () => () => {} };
const program = {
  isTrustedFolder: () => true,
  sanitizationConfig: {},
  emitMcpDiagnostic: () => {},
  setUserInteractedWithMcp: () => {},
};

export default async function connect({ url, command, args, env }) {
  const config = url ? { httpUrl: url } : { command, args, env };
  const client = await connectToMcpServer("1", "trunkline", config, false, workspace, program);
  const found = await discoverTools("trunkline", { ...config, trust: true }, client, program, undefined);
  const tools = new Map(found.map((tool) => [tool.serverToolName, tool]));
  return {
    tools: [...tools.keys()],
    call: async (name, given) => {
      const { llmContent, error } = await tools.get(name).build(given).execute({ abortSignal: new AbortController().signal });
      return { isError: error !== undefined, llmContent };
    },
    close: () => client.close(),
  };
}
