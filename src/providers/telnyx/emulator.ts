import type { EmulatorAnswer, EmulatorFactory, EmulatorRequest } from "../../core/carrier/emulator.ts";
import * as addresses from "./emulator/addresses.ts";
import { notFound, Refusal, refused } from "./emulator/answers.ts";
import * as connections from "./emulator/connections.ts";
import { dialects } from "./emulator/dialect.ts";
import { getNumber, listNumbers, updateNumber } from "./emulator/numbers.ts";
import { createProfile, getProfile, listProfiles, updateProfile } from "./emulator/profiles.ts";
import { seedTelnyx } from "./emulator/seed.ts";
import { type Call, emptyState, loadState, saveState } from "./emulator/state.ts";

export const TELNYX_SANDBOX_KEY = "sandbox-key";

const RATE = { calls: 20, perMs: 1_000 };

type Route = readonly [method: string, path: string, run: (call: Call) => EmulatorAnswer];

/** Connections and addresses: one set of five for each kind. */
const fiveOf = (path: string, of: Record<"list" | "create" | "get" | "update" | "remove", Route[2]>): Route[] => [
  ["GET", path, of.list],
  ["POST", path, of.create],
  ["GET", `${path}/*`, of.get],
  ["PATCH", `${path}/*`, of.update],
  ["DELETE", `${path}/*`, of.remove],
];
const connectionsOf = (kind: connections.Kind) =>
  fiveOf(kind, {
    list: connections.list(kind),
    create: connections.create(kind),
    get: connections.get(kind),
    update: connections.update(kind),
    remove: connections.remove(kind),
  });
const addressesOf = (table: addresses.AddressTable) =>
  fiveOf(table, {
    list: addresses.list(table),
    create: addresses.create(table),
    get: addresses.get(table),
    update: addresses.update(table),
    remove: addresses.remove(table),
  });

/** Below /v2; a star is an id. */
const routes: readonly Route[] = [
  ["GET", "connections", connections.listAll],
  ["GET", "connections/*", connections.getAny],
  ...connectionsOf("ip_connections"),
  ...connectionsOf("fqdn_connections"),
  ["GET", "fqdn_connections/*/fqdn_authentication", connections.getLogin],
  ["PATCH", "fqdn_connections/*/fqdn_authentication", connections.updateLogin],
  ...connectionsOf("credential_connections"),
  ...addressesOf("ips"),
  ...addressesOf("fqdns"),
  ["GET", "outbound_voice_profiles", listProfiles],
  ["POST", "outbound_voice_profiles", createProfile],
  ["GET", "outbound_voice_profiles/*", getProfile],
  ["PATCH", "outbound_voice_profiles/*", updateProfile],
  ["GET", "phone_numbers", listNumbers],
  ["GET", "phone_numbers/*", getNumber],
  ["PATCH", "phone_numbers/*", updateNumber],
];

/** Telnyx's SIP connections in memory, for one account that has four numbers, an application and no trunk. */
export const telnyxEmulator: EmulatorFactory = {
  dialects: Object.keys(dialects),
  seed: (emulator) => seedTelnyx(emulator, TELNYX_SANDBOX_KEY),
  create({ dialect: name = "observed", now = Date.now } = {}) {
    const dialect = Object.hasOwn(dialects, name) ? dialects[name] : undefined;
    if (!dialect) throw new Error(`The Telnyx sandbox has no dialect "${name}". It has: ${telnyxEmulator.dialects.join(", ")}.`);
    let state = emptyState();
    const admit = rateGate();
    return {
      save: () => saveState(state),
      load: (saved) => {
        state = loadState(saved);
      },
      handle(request) {
        const nowMs = now();
        let headers = {};
        try {
          authenticate(request);
          headers = admit(nowMs);
          const { run, id } = route(request);
          // A copy: an answer must not change when its rows later do.
          return { ...structuredClone(run({ request, dialect, state, id, nowMs })), headers };
        } catch (error) {
          if (error instanceof Refusal) return { ...refused(error), headers: error.status === 429 ? rateHeaders(0) : headers };
          throw error;
        }
      },
    };
  },
};

function authenticate({ headers }: EmulatorRequest): void {
  const [scheme = "", key] = (headers["authorization"] ?? "").split(" ");
  if (scheme.toLowerCase() === "bearer" && key === TELNYX_SANDBOX_KEY) return;
  throw new Refusal(401, { code: "10009", detail: "Could not understand the provided credentials." });
}

/** At most 20 calls in any second, wherever it begins. A refused call is not counted. */
function rateGate(): (nowMs: number) => Record<string, string> {
  const admitted: number[] = [];
  return (nowMs) => {
    while (admitted[0] !== undefined && admitted[0] <= nowMs - RATE.perMs) admitted.shift();
    if (admitted.length >= RATE.calls)
      throw new Refusal(429, { code: "10011", detail: "You have exceeded the maximum number of allowed requests." });
    admitted.push(nowMs);
    return rateHeaders(RATE.calls - admitted.length);
  };
}

/** On every answer; Retry-After is on none. */
function rateHeaders(remaining: number): Record<string, string> {
  return {
    "x-ratelimit-limit": String(RATE.calls),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(RATE.perMs / 1_000),
  };
}

function route({ method, segments }: EmulatorRequest): { run: Route[2]; id: string } {
  const [version, resource = "", id, ...rest] = segments;
  const path = [resource, ...(id === undefined ? [] : ["*"]), ...rest].join("/");
  const found = routes.find(([allowed, known]) => allowed === method && known === path);
  // No status is published for a method that a path does not have.
  if (version !== "v2" || !found) throw notFound();
  return { run: found[2], id: id ?? "" };
}
