// A client as most hosts still ship it: starts the server that is named, lists its tools, and says what that took.
import { performance } from "node:perf_hooks";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const transport = new StdioClientTransport({ command: process.execPath, args: [process.argv[2]], env: {} });
const client = new Client({ name: "bench", version: "1.0.0" });
const before = process.cpuUsage();
const started = performance.now();
await client.connect(transport);
const { tools } = await client.listTools();
const ms = performance.now() - started;
// Its own; what the server took is in the time above.
const { user, system } = process.cpuUsage(before);
await client.close();
console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1_000, tools: tools.length }));
