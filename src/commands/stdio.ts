import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { whereOf } from "../core/carrier/where.ts";
import type { Log } from "../core/log.ts";
import { compileParsers } from "../core/parsers.ts";
import { createHost, createServer, type Host } from "../mcp/server.ts";
import { refuseUnknown } from "../mcp/subscriptions.ts";
import type { Scope } from "../pipeline/scope.ts";
import { configurationOf, hasState, localScope } from "../startup/local.ts";
import { askStoreAtStart } from "../startup/store-at-start.ts";
import { defineCommand, type ProcessPorts } from "./command.ts";

export default defineCommand({
  flags: {},
  examples: ["trunkline", "TRUNKLINE_SANDBOX=true trunkline stdio"],
  async run(_, ports) {
    const scope = localScope(ports);
    if (ports.environment["TRUNKLINE_STORE"]) await askStoreAtStart(() => scope.store.pin.isSet(), scope.log);
    if (ports.stdin.isTTY) {
      ports.stderr.write(
        `Trunkline serves MCP on stdin and stdout. ${whereOf(scope).text}. Let your client start it, as mcp.json does, or try npm run demo. Ctrl-C ends it.\n`,
      );
    }
    serveOverStdio(await createHost(scope), scope.log, ports);
    const warn = (error: unknown) => scope.log.warn({ error }, "writes that were left in doubt could not be settled");
    setTimeout(() => {
      compileParsers();
      void settleDoubtful(scope, ports).catch(warn);
    }, RECOVER_AFTER_MS).unref();
    return 0;
  },
});

/** Leaves the processor to the first answers. */
const RECOVER_AFTER_MS = 500;

/** Settles by reading back the writes that a crash left in doubt. Makes no state if nothing was ever written. */
async function settleDoubtful(scope: Scope, ports: ProcessPorts): Promise<void> {
  if (!(await hasState(configurationOf(ports), ports))) return;
  const [{ recover }, { watchPlans }] = await Promise.all([import("../pipeline/recover.ts"), import("../plans/running/resume.ts")]);
  watchPlans(scope);
  if ((await scope.store.approvals.pending().catch(() => [])).length > 0) await scope.outside?.serveEarlierLinks?.();
  await recover(scope, new AbortController().signal);
}

/** Longer than any line of a client. A longer one ends the connection rather than the memory. */
const MAX_LINE = 16 * 1024 * 1024;

/** Serves one client over stdin and stdout, in whichever era of the protocol it speaks. */
function serveOverStdio(host: Host, log: Log, { stdin, stdout, on }: ProcessPorts): void {
  const transport = new StdioServerTransport(stdin, stdout, { maxBufferSize: MAX_LINE });
  const serving = serveStdio(({ era }) => createServer(host, { era }), {
    transport,
    onerror: (error) => log.warn({ error }, "protocol error"),
  });
  refuseUnknown(transport, host.scope);
  for (const signal of ["SIGINT", "SIGTERM"] as const) on(signal, () => void serving.close());
}
