import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Log } from "../core/log.ts";
import { createHost, createServer, type Host } from "../mcp/server.ts";
import type { Scope } from "../pipeline/scope.ts";
import { hasState, localScope } from "../startup/local.ts";
import { defineCommand, type ProcessPorts } from "./command.ts";

export default defineCommand({
  flags: {},
  async run(_, ports) {
    const scope = localScope(ports);
    if (ports.stdin.isTTY) {
      const where = scope.sandbox ? "the sandbox" : scope.carriers.map(({ provider }) => provider.title).join(", ");
      ports.stderr.write(
        `Trunkline serves MCP on stdin and stdout, on ${where}. A client starts it: see mcp.json, or try npm run demo. Ctrl-C ends it.\n`,
      );
    }
    serveOverStdio(await createHost(scope), scope.log, ports);
    setTimeout(() => void settleLeftOpen(scope, ports), RECOVER_AFTER_MS).unref();
    return 0;
  },
});

/** The first answers go first. */
const RECOVER_AFTER_MS = 500;

/** Settles by reading back what a crash left open. Where nothing was ever written there is no state, and none is made. */
async function settleLeftOpen(scope: Scope, ports: ProcessPorts): Promise<void> {
  if (!(await hasState(ports))) return;
  const [{ recover }, { watchPlans }] = await Promise.all([import("../pipeline/recover.ts"), import("../plans/running/resume.ts")]);
  watchPlans(scope);
  const signal = new AbortController().signal;
  await recover(scope, signal).catch((error: unknown) => scope.log.warn({ error }, "what was left open could not be settled"));
}

/** A longer line than any client sends; what exceeds it ends the connection rather than the memory. */
const MAX_LINE = 16 * 1024 * 1024;

/** Serves one client over stdin and stdout, in whichever era of the protocol it speaks. */
function serveOverStdio(host: Host, log: Log, { stdin, stdout, on }: ProcessPorts): void {
  const transport = new StdioServerTransport(stdin, stdout, { maxBufferSize: MAX_LINE });
  const serving = serveStdio(({ era }) => createServer(host, { era }), {
    transport,
    onerror: (error) => log.warn({ error }, "protocol error"),
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) on(signal, () => void serving.close());
}
