import { type Gate, openGate } from "../auth/caller.ts";
import { createGate } from "../auth/gate.ts";
import type { Issuers } from "../auth/issuers.ts";
import type { TenantsFile } from "../auth/tenants-file.ts";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";

export interface AccessPorts {
  /** Its origin is known when the server listens. */
  address: { origin: string };
  issuers: Issuers;
  clock: Clock;
  log: Log;
}

/** The callers that may come in, as the tenants file says it now; without a file, the person at this machine. */
export interface Access {
  gate(): Gate;
  file(): TenantsFile | undefined;
  take(file: TenantsFile | undefined): void;
}

export function createAccess({ address, ...ports }: AccessPorts): Access {
  let [gate, file]: [Gate, TenantsFile | undefined] = [openGate, undefined];
  return {
    gate: () => gate,
    file: () => file,
    take: (read) => {
      [gate, file] = [read ? createGate(read, address, ports) : openGate, read];
    },
  };
}
