import { createMCPClient } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport } from "@ai-sdk/mcp/mcp-stdio";
import connect from "./ai-sdk.mjs";

export default (server) => connect(server, { createMCPClient, Experimental_StdioMCPTransport });
