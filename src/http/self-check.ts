import { createServer } from "node:net";
import type { Configuration, ServerSettings } from "../core/config.ts";
import { cannotListen, listenAddress, refuseBeyondLoopback } from "./listen-address.ts";

/** Rejects, in words, where `trunkline http` could not listen. */
export async function tryListening({ server }: Configuration): Promise<void> {
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
