import { mcpToTool } from "@google/genai";
import { connectSdk1 } from "./sdk-1.mjs";

export default async function connect(server) {
  const client = await connectSdk1(server);
  const callable = mcpToTool(client);
  const { functionDeclarations } = await callable.tool();
  return {
    tools: functionDeclarations.map(({ name }) => name),
    call: async (name, given) => {
      const [{ functionResponse }] = await callable.callTool([{ name, args: given }]);
      return { isError: functionResponse.response.error !== undefined, told: functionResponse.response };
    },
    close: () => client.close(),
  };
}
