// Every client and bridge, each over the ways that it has.
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(`node_modules/${path}`, import.meta.url));

const both = (client) => ["stdio", "http"].map((way) => ({ ...client, way }));

export const clients = [
  both({ name: "SDK 1.32.2", adapter: "sdk-1" }),
  both({ name: "SDK 2.4.0, 2025 era", adapter: "sdk-2", option: "legacy" }),
  both({ name: "SDK 2.4.0, 2026 era", adapter: "sdk-2", option: "auto" }),
  both({ name: "AI SDK 6", adapter: "ai-6" }),
  both({ name: "AI SDK 7", adapter: "ai-7", newer: true }),
  both({ name: "LangChain", adapter: "langchain" }),
  both({ name: "OpenAI Agents, strict", adapter: "openai-agents", newer: true }),
  both({ name: "Mastra", adapter: "mastra", newer: true }),
  both({ name: "mcp-use", adapter: "mcp-use", newer: true }),
  both({ name: "Gemini CLI core", adapter: "gemini-cli-core" }),
  both({ name: "Google GenAI", adapter: "google-genai", newer: true }),
  both({ name: "mcporter", adapter: "mcporter", newer: true }),
].flat();

const SDK = { adapter: "sdk-1" };

export const bridges = [
  {
    ...{ ...SDK, name: "mcp-remote", way: "stdio > http" },
    bridge: async ({ home, http, startOf }) =>
      startOf(home, at("mcp-remote/dist/proxy.js"), (await http()).url, "--transport", "http-only"),
  },
  {
    ...{ ...SDK, name: "supergateway", way: "stdio > http" },
    bridge: async ({ home, http, startOf }) =>
      startOf(home, at("supergateway/dist/index.js"), "--streamableHttp", (await http()).url, "--logLevel", "none"),
  },
  {
    ...{ ...SDK, name: "supergateway", way: "http > stdio" },
    bridge: async ({ home, own, startOf, serverIn, listen }) => {
      const port = await freePort();
      const { command, args } = serverIn(home);
      const options = ["--stdio", [command, ...args].join(" "), "--outputTransport", "streamableHttp", "--stateful", "--port", `${port}`];
      await listen(startOf(home, at("supergateway/dist/index.js"), ...options), port, own);
      return { url: `http://127.0.0.1:${port}/mcp` };
    },
  },
  {
    ...{ ...SDK, name: "mcp-proxy", way: "http > stdio" },
    bridge: async ({ home, own, startOf, serverIn, listen }) => {
      const port = await freePort();
      const { command, args } = serverIn(home);
      const options = ["--port", `${port}`, "--host", "127.0.0.1", "--server", "stream", "--", command, ...args];
      await listen(startOf(home, at("mcp-proxy/dist/bin/mcp-proxy.mjs"), ...options), port, own);
      return { url: `http://127.0.0.1:${port}/mcp` };
    },
  },
];

/** Runs that must fail, and how: where one passes, the others show nothing. */
export const controls = [
  { ...SDK, name: "control: fewer tools", way: "stdio", env: { TRUNKLINE_TOOLSETS: "exotel" }, fails: /not among/ },
  { ...SDK, name: "control: no approval", way: "stdio", env: { TRUNKLINE_APPROVAL: "refuse" }, fails: /did not say .*approval_required/ },
  { ...SDK, name: "control: orphan", way: "stdio", env: { LEAVES_A_PROCESS: "true" }, fails: /1 of 2 processes went on/ },
];

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
