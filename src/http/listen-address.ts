import type { ServerSettings } from "../core/config.ts";
import { TrunkError } from "../core/errors.ts";
import { isLoopback } from "../core/loopback.ts";

export function listenAddress({ TRUNKLINE_LISTEN: listen }: ServerSettings): { host: string; port: number } {
  const colon = listen.lastIndexOf(":");
  return { host: listen.slice(0, colon).replace(/^\[(.*)\]$/, "$1"), port: Number(listen.slice(colon + 1)) };
}

/** The address on this machine, for want of a public one. A link cannot name all addresses at once. */
export function localOrigin(host: string, port: number): string {
  if (host === "0.0.0.0" || host === "::") return `http://127.0.0.1:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

export function refuseBeyondLoopback(host: string, publicUrl: string | undefined): void {
  if (!isLoopback(host)) throw needsAuthentication(host);
  if (publicUrl === undefined || isLoopback(new URL(publicUrl).hostname)) return;
  throw new TrunkError(
    "not_configured",
    "TRUNKLINE_PUBLIC_URL leads others to this server, and without TRUNKLINE_TENANTS each of them would be taken for the person at this machine. Set TRUNKLINE_TENANTS to a file that says who may come in.",
  );
}

export function needsAuthentication(host: string): TrunkError {
  return new TrunkError(
    "not_configured",
    `Trunkline does not listen on ${host} without authentication: anybody who reaches it could use your carrier accounts. Set TRUNKLINE_TENANTS to a file that says who may come in, or listen on 127.0.0.1.`,
  );
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program listens there. End it, or choose another port",
  EACCES: "this user may not open that port. Choose one above 1023",
  EADDRNOTAVAIL: "this machine has no such address. Choose another",
  ENOTFOUND: "that name leads to no address. Choose another",
};

/** The system's refusal to let this server listen, in words. */
export function cannotListen(error: unknown, { TRUNKLINE_LISTEN: listen }: ServerSettings): unknown {
  const why = error instanceof Error && "code" in error ? reasons[String(error.code)] : undefined;
  if (why === undefined) return error;
  return new TrunkError(
    "not_configured",
    `Trunkline cannot listen on ${listen}: ${why} with TRUNKLINE_LISTEN or --port. Nothing was started.`,
  );
}
