import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Log } from "../core/log.ts";
import { createServer, type Host } from "../mcp/server.ts";

/** A longer line than any client sends; what exceeds it ends the connection rather than the memory. */
const MAX_LINE = 16 * 1024 * 1024;

/** Serves one client over stdin and stdout, in whichever era of the protocol it speaks. */
export function serveOverStdio(host: Host, log: Log): void {
  const transport = new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: MAX_LINE });
  const serving = serveStdio(({ era }) => createServer(host, { era }), {
    transport,
    onerror: (error) => log.warn({ error }, "protocol error"),
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void serving.close());
}
