import { type Gate, openGate } from "../auth/caller.ts";
import { createGate } from "../auth/gate.ts";
import { createIssuers, type IssuerLimits } from "../auth/issuers.ts";
import type { TenantsFile } from "../auth/tenants-file.ts";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store/store.ts";
import { createHostedPages } from "../pages/hosted-pages.ts";
import { servePages } from "../pages/page-server.ts";
import type { Route } from "./listener.ts";
import { metadataRoutes } from "./routes/resource-metadata.ts";
import type { House } from "./tenants/tenant.ts";

export interface AccessPorts {
  /** Its origin is known when the server listens. */
  address: { origin: string };
  stateKey: Uint8Array;
  storeOf(tenant: string): Store | undefined;
  /** Where no tenants file is, the person at this machine may decide in a terminal as well. */
  approvalCommand?: ((id: string) => string) | undefined;
  limits: Partial<IssuerLimits> | undefined;
  clock: Clock;
  log: Log;
}

/** Who may come in, as an agent by its token or as a person on a page. */
export interface Access {
  gate(): Gate;
  /** From now on this file says it; without one, whoever is at this machine. */
  take(file: TenantsFile | undefined): void;
  /** Everything beside the endpoint that has to do with it. */
  routes: Route[];
  outsideOf: House["outsideOf"];
}

export function createAccess(ports: AccessPorts): Access {
  const { address, log } = ports;
  const issuers = createIssuers(ports);
  let [gate, file]: [Gate, TenantsFile | undefined] = [openGate, undefined];
  const origin = () => address.origin;
  const pages = createHostedPages({ ...ports, issuers, origin, gate: () => gate, file: () => file });
  const handle: Route["handle"] = (request, response) => servePages(pages.handle, origin(), log)(request, response);
  return {
    gate: () => gate,
    take: (read) => {
      [gate, file] = [read ? createGate(read, address, { ...ports, issuers }) : openGate, read];
    },
    routes: [
      ...metadataRoutes(() => gate),
      ...["/approve/", "/secret/", "/signin", "/signin/", "/signout"].map((path) => ({ path, handle })),
    ],
    outsideOf: (tenant, store) => pages.outsideOf(tenant, store, (id) => (file ? undefined : ports.approvalCommand?.(id))),
  };
}
