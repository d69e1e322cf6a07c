import { lookup } from "node:dns/promises";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Configuration, ServerSettings } from "../core/config.ts";
import { cannotListen, listenAddress, refuseBeyondLoopback } from "./listen-address.ts";

/** Rejects, in words, where `trunkline http` could not listen. */
export async function tryListening({ server }: Pick<Configuration, "server">): Promise<void> {
  const { host, port } = listenAddress(server);
  if (server.TRUNKLINE_TENANTS === undefined) refuseBeyondLoopback(host, server.TRUNKLINE_PUBLIC_URL);
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => probe.once("listening", resolve).once("error", reject).listen(port, host));
  } catch (error) {
    throw cannotListen(error, server);
  } finally {
    probe.close();
  }
}

/** Looks a name up as a connection would, and answers with why it leads nowhere. */
export async function problemOfName(name: string): Promise<string | undefined> {
  const late = delay(ANSWER_MS, `no answer within ${ANSWER_MS / 1000} s`, { ref: false });
  const found = lookup(name).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code ?? "failed",
  );
  return await Promise.race([found, late]);
}

export interface PublicAnswer {
  status: number;
  /** How far this machine's clock is from the one at that address; absent where it tells no time. */
  skewMs?: number;
}

const ANSWER_MS = 5_000;

/** Asks the public address as a client would, from here. */
export async function askPublicUrl(url: NonNullable<ServerSettings["TRUNKLINE_PUBLIC_URL"]>): Promise<PublicAnswer> {
  const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(ANSWER_MS), redirect: "manual" });
  await response.body?.cancel();
  const date = Date.parse(response.headers.get("date") ?? "");
  return { status: response.status, ...(Number.isNaN(date) ? {} : { skewMs: Date.now() - date }) };
}
