// A process of its own, so that asking takes no time from answering. Its argument says what to ask, how often at once and how
// long; it prints the answers' times as JSON.
import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";
import { percentile } from "./statistics.mjs";

const { url, era, method, params, connections, seconds, warmUpSeconds = 0.3 } = JSON.parse(process.argv[2]);
const envelope = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
  "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1.0.0" },
};
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const common = { "content-type": "application/json", accept: "application/json, text/event-stream" };

function post(headers, body, way = "POST") {
  const text = body === undefined ? "" : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: way, agent, headers: { ...common, ...headers, "content-length": Buffer.byteLength(text) } },
      (response) => {
        let bytes = 0;
        let head = "";
        response.on("data", (data) => {
          if (bytes < 200) head += data.subarray(0, 200).toString();
          bytes += data.length;
        });
        response.once("end", () => resolve({ status: response.statusCode, headers: response.headers, bytes, head }));
        response.once("error", reject);
      },
    );
    sent.once("error", reject).end(text);
  });
}

/** The message that each client sends again and again. */
async function headersOf() {
  if (era === "modern")
    return { "mcp-protocol-version": "2026-07-28", "mcp-method": method, ...(params.uri ? { "mcp-name": params.uri } : {}) };
  const begin = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: envelope["io.modelcontextprotocol/clientInfo"] };
  const { headers } = await post({}, { jsonrpc: "2.0", id: 0, method: "initialize", params: begin });
  const session = { "mcp-session-id": headers["mcp-session-id"], "mcp-protocol-version": "2025-11-25" };
  await post(session, { jsonrpc: "2.0", method: "notifications/initialized" });
  return session;
}

const body = { jsonrpc: "2.0", method, params: era === "modern" ? { ...params, _meta: envelope } : params };
const taken = [];
let [errors, bytes, id] = [0, 0, 0];
const clients = await Promise.all(Array.from({ length: connections }, headersOf));
const from = performance.now() + warmUpSeconds * 1_000;
const until = from + seconds * 1_000;
await Promise.all(clients.map(client));
if (era === "legacy") await Promise.all(clients.map((headers) => post(headers, undefined, "DELETE")));
const result = { rps: taken.length / seconds, p50: percentile(taken, 0.5), p99: percentile(taken, 0.99), errors, bytes };
process.stdout.write(JSON.stringify(result), () => process.exit());

async function client(headers) {
  for (;;) {
    const began = performance.now();
    if (began >= until) return;
    const answer = await post(headers, { ...body, id: ++id }).catch((error) => ({ status: error.code, head: "" }));
    const ended = performance.now();
    if (answer.status !== 200 || answer.head.includes('"error"')) errors += 1;
    else if (began >= from && ended <= until) taken.push(ended - began);
    bytes = answer.bytes;
  }
}
