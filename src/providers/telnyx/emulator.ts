import { defineEmulator, type EmulatorAnswer, type EmulatorRequest, type EmulatorRoute, routeOf } from "../../core/carrier/emulator.ts";
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

type Route = EmulatorRoute<(call: Call) => EmulatorAnswer>;

/** Connections and addresses: one set of five for each kind. */
const fiveOf = (path: string, of: Record<"list" | "create" | "get" | "update" | "remove", Route[2]>): Route[] => [
  ["GET", path, of.list],
  ["POST", path, of.create],
  ["GET", `${path}/*`, of.get],
  ["PATCH", `${path}/*`, of.update],
  ["DELETE", `${path}/*`, of.remove],
];
const connectionsOf = (kind: connections.Kind) =>
  fiveOf(`v2/${kind}`, {
    list: connections.list(kind),
    create: connections.create(kind),
    get: connections.get(kind),
    update: connections.update(kind),
    remove: connections.remove(kind),
  });
const addressesOf = (table: addresses.AddressTable) =>
  fiveOf(`v2/${table}`, {
    list: addresses.list(table),
    create: addresses.create(table),
    get: addresses.get(table),
    update: addresses.update(table),
    remove: addresses.remove(table),
  });

const routes: readonly Route[] = [
  ["GET", "v2/connections", connections.listAll],
  ["GET", "v2/connections/*", connections.getAny],
  ...connectionsOf("ip_connections"),
  ...connectionsOf("fqdn_connections"),
  ["GET", "v2/fqdn_connections/*/fqdn_authentication", connections.getLogin],
  ["PATCH", "v2/fqdn_connections/*/fqdn_authentication", connections.updateLogin],
  ...connectionsOf("credential_connections"),
  ...addressesOf("ips"),
  ...addressesOf("fqdns"),
  ["GET", "v2/outbound_voice_profiles", listProfiles],
  ["POST", "v2/outbound_voice_profiles", createProfile],
  ["GET", "v2/outbound_voice_profiles/*", getProfile],
  ["PATCH", "v2/outbound_voice_profiles/*", updateProfile],
  ["GET", "v2/phone_numbers", listNumbers],
  ["GET", "v2/phone_numbers/*", getNumber],
  ["PATCH", "v2/phone_numbers/*", updateNumber],
];

/** Telnyx's SIP connections in memory, for one account that has four numbers, an application and no trunk. */
export const telnyxEmulator = defineEmulator({
  title: "Telnyx",
  dialects,
  state: { empty: emptyState, save: saveState, load: loadState },
  limit: RATE,
  seed: (emulator) => seedTelnyx(emulator, TELNYX_SANDBOX_KEY),
  answer(call, gate) {
    authenticate(call.request);
    if (gate.admit(call.nowMs) > 0)
      throw new Refusal(429, { code: "10011", detail: "You have exceeded the maximum number of allowed requests." });
    // No status is published for a method that a path does not have.
    const { run, stars } = routeOf(routes, call.request, { noPath: notFound, noMethod: notFound });
    return { ...run({ ...call, id: stars[0] ?? "" }), headers: rateHeaders(gate.left()) };
  },
  Refusal,
  // A call with a wrong key is not counted.
  refuse: (refusal, _, gate) => ({ ...refused(refusal), headers: refusal.status === 401 ? {} : rateHeaders(gate.left()) }),
});

function authenticate({ headers }: EmulatorRequest): void {
  const [scheme = "", key] = (headers["authorization"] ?? "").split(" ");
  if (scheme.toLowerCase() === "bearer" && key === TELNYX_SANDBOX_KEY) return;
  throw new Refusal(401, { code: "10009", detail: "Could not understand the provided credentials." });
}

/** On every answer to a key that is known; Retry-After is on none. */
function rateHeaders(remaining: number): Record<string, string> {
  return {
    "x-ratelimit-limit": String(RATE.calls),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(RATE.perMs / 1_000),
  };
}
