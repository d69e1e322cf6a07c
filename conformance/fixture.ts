/** The server that the whole suite runs against: its own tools, on the HTTP stack that serves Trunkline. Prints where it listens. */
import { McpServer } from "@modelcontextprotocol/server";
import { openGate } from "../src/auth/caller.ts";
import { systemClock } from "../src/core/clock.ts";
import { parseSettings, serverSettings } from "../src/core/config.ts";
import { silentLog } from "../src/core/log.ts";
import { changesOf } from "../src/core/store/changes.ts";
import { startHttpServer } from "../src/http/listener.ts";
import { createOpenResponses } from "../src/http/open-responses.ts";
import { createGuard } from "../src/http/origin-guard.ts";
import { createEndpoint } from "../src/http/routes/mcp.ts";
import { type SharedScope, serveTenant } from "../src/http/tenants/tenant.ts";
import type { Connection } from "../src/mcp/server.ts";
import { policyFrom } from "../src/pipeline/policy.ts";
import { localChanges } from "../src/store/local-changes.ts";
import { registerPrompts } from "./fixture-prompts.ts";
import { registerQuestions, stateCodec } from "./fixture-questions.ts";
import { registerResources } from "./fixture-resources.ts";
import { registerTools } from "./fixture-tools.ts";

const maxBody = 1024 * 1024;

/** As with Trunkline itself, which tools and prompts there are does not change while it runs. */
const lists = { tools: { listChanged: false }, prompts: { listChanged: false } };

function createServer(connection: Connection): McpServer {
  const server = new McpServer(
    { name: "trunkline-conformance-fixture", version: "1.0.0" },
    {
      capabilities: { logging: {}, completions: {}, ...lists, resources: { subscribe: true, listChanged: true } },
      cacheHints: { "tools/list": { ttlMs: 1_000, cacheScope: "private" } },
      requestState: { verify: stateCodec.verify },
    },
  );
  registerTools(server);
  registerQuestions(server);
  registerResources(server, connection);
  registerPrompts(server);
  return server;
}

const parts: Pick<SharedScope, "policy" | "clock" | "log" | "changes"> = {
  policy: policyFrom(parseSettings(serverSettings, {})),
  clock: systemClock,
  log: silentLog,
  changes: changesOf(localChanges(silentLog), "fixture"),
};
/** No tool of the fixture asks for anything else of a scope. */
const scope = parts as SharedScope;

const tenant = {
  ...serveTenant(scope, {
    createServer: (_, connection) => createServer(connection),
    sessions: { sessions: 100, idleMs: 60_000 },
    maxBody,
  }),
  setup: undefined as never,
  store: undefined as never,
};
const responses = createOpenResponses();
const handle = createEndpoint({
  gate: () => openGate,
  tenant: () => tenant,
  effectOf: () => undefined,
  origin: () => "http://127.0.0.1",
  log: silentLog,
  responses,
  maxBody,
});
const enter = createGuard({ publicUrl: undefined, origins: [] });
const routes = [{ path: "/mcp", methods: ["POST", "GET", "DELETE"], enter, handle }];
const server = await startHttpServer({ host: "127.0.0.1", port: 0, routes, log: silentLog });
process.stderr.write(`http://127.0.0.1:${server.port}/mcp\n`);
process.once("SIGTERM", () => {
  const drained = server.drain(1_000);
  responses.endStreams();
  void drained.then(tenant.close);
});
