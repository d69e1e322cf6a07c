import { createMCPClient } from "ai-sdk-6-mcp";
import { Experimental_StdioMCPTransport } from "ai-sdk-6-mcp/mcp-stdio";
import connect from "./ai-sdk.mjs";

export default (server) => connect(server, { createMCPClient, Experimental_StdioMCPTransport });
