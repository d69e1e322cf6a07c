import { Buffer } from "node:buffer";
import type { EmulatorFactory, EmulatorRequest } from "../../core/carrier/emulator.ts";
import { type Dialect, type Outcome, Refusal } from "./emulator/dialect.ts";
import { documented } from "./emulator/documented.ts";
import {
  addDestinations,
  createCredentials,
  deleteFrom,
  listCredentials,
  listOf,
  setSettings,
  updateCredentials,
  updateDestination,
} from "./emulator/lists.ts";
import { mapNumber, updateIp, updateNumber, whitelistIp } from "./emulator/numbers.ts";
import { observed } from "./emulator/observed.ts";
import { seedExotel } from "./emulator/seed.ts";
import { type Call, emptyState, loadState, newRequestId, notFound, saveState } from "./emulator/state.ts";
import { createTrunk, deleteTrunk, getTrunk, listTrunks, lookUpTrunkMap, updateTrunk } from "./emulator/trunks.ts";

export const exotelSandboxAccount = { sid: "sandbox", key: "sandbox-key", token: "sandbox-token" } as const;

const RATE = { calls: 200, perMs: 60_000 };

/** Below /v2/accounts/{account_sid}; a star is the trunk's sid, then the row's id. */
const routes: readonly [method: string, path: string, run: (call: Call) => Outcome][] = [
  ["POST", "trunks", createTrunk],
  ["GET", "trunks", listTrunks],
  ["DELETE", "trunks", deleteTrunk],
  ["GET", "trunks/*", getTrunk],
  ["PUT", "trunks/*", updateTrunk],
  ["POST", "trunks/*/phone-numbers", mapNumber],
  ["GET", "trunks/*/phone-numbers", listOf("phone-numbers")],
  ["DELETE", "trunks/*/phone-numbers", deleteFrom("phone-numbers")],
  ["PUT", "trunks/*/phone-numbers/*", updateNumber],
  ["POST", "trunks/*/whitelisted-ips", whitelistIp],
  ["GET", "trunks/*/whitelisted-ips", listOf("whitelisted-ips")],
  ["DELETE", "trunks/*/whitelisted-ips", deleteFrom("whitelisted-ips")],
  ["PUT", "trunks/*/whitelisted-ips/*", updateIp],
  ["POST", "trunks/*/destination-uris", addDestinations],
  ["GET", "trunks/*/destination-uris", listOf("destination-uris")],
  ["DELETE", "trunks/*/destination-uris", deleteFrom("destination-uris")],
  ["PUT", "trunks/*/destination-uris/*", updateDestination],
  ["POST", "trunks/*/credentials", createCredentials],
  ["GET", "trunks/*/credentials", listCredentials],
  ["DELETE", "trunks/*/credentials", deleteFrom("credentials")],
  ["PUT", "trunks/*/credentials/*", updateCredentials],
  ["POST", "trunks/*/settings", setSettings],
  ["GET", "trunks/*/settings", listOf("settings")],
  ["DELETE", "trunks/*/settings", deleteFrom("settings", "name")],
  ["GET", "trunk-maps", lookUpTrunkMap],
];

const dialects = new Map<string, Dialect>([
  ["observed", observed],
  ["documented", documented],
]);

/** Exotel's vSIP trunk API in memory, for one account that starts empty. */
export const exotelEmulator: EmulatorFactory = {
  dialects: [...dialects.keys()],
  seed: (emulator) => seedExotel(emulator, exotelSandboxAccount),
  create({ dialect: name = "observed", now = Date.now } = {}) {
    const dialect = dialects.get(name);
    if (!dialect) throw new Error(`The Exotel sandbox has no dialect "${name}". It has: ${exotelEmulator.dialects.join(", ")}.`);
    let state = emptyState();
    const admit = rateGate();
    return {
      save: () => saveState(state),
      load: (saved) => {
        state = loadState(saved);
      },
      handle(request) {
        const nowMs = now();
        const exchange = { request, requestId: newRequestId(state, nowMs) };
        try {
          authenticate(request);
          admit(nowMs);
          const [trunkSid = "", id = ""] = [request.segments[4], request.segments[6]];
          const call = { request, dialect, state, account: exotelSandboxAccount.sid, trunkSid, id, nowMs };
          // A copy: an answer must not change when its rows later do.
          return structuredClone(dialect.answer(exchange, route(request)(call)));
        } catch (error) {
          if (error instanceof Refusal) return dialect.refuse(exchange, error);
          throw error;
        }
      },
    };
  },
};

function authenticate({ headers, segments }: EmulatorRequest): void {
  const { sid, key, token } = exotelSandboxAccount;
  const [scheme = "", value = ""] = (headers.authorization ?? "").split(" ");
  const pair = Buffer.from(value, "base64").toString();
  if (scheme.toLowerCase() !== "basic" || pair !== `${key}:${token}`) {
    throw new Refusal("unauthenticated", "Authorization failed", "Invalid API key or token");
  }
  const account = segments[0] === "v2" && segments[1] === "accounts" ? segments[2] : undefined;
  if (account !== undefined && account !== sid) {
    throw new Refusal("foreign_account", "Authorization failed", "No permission for this resource");
  }
}

/** At most 200 calls in any minute, wherever it begins. A refused call is not counted. */
function rateGate(): (nowMs: number) => void {
  const admitted: number[] = [];
  return (nowMs) => {
    while (admitted[0] !== undefined && admitted[0] <= nowMs - RATE.perMs) admitted.shift();
    if (admitted[0] !== undefined && admitted.length >= RATE.calls) {
      const seconds = Math.max(1, Math.ceil((admitted[0] + RATE.perMs - nowMs) / 1000));
      throw new Refusal("rate_limited", "Too Many Requests", "Too many requests", { "Retry-After": String(seconds) });
    }
    admitted.push(nowMs);
  };
}

function route({ method, segments }: EmulatorRequest): (call: Call) => Outcome {
  const found = routes.filter(([, path]) => matches(`v2/accounts/*/${path}`.split("/"), segments));
  if (found.length === 0) throw notFound("No such path");
  const [, , run] = found.find(([allowed]) => allowed === method) ?? [];
  if (!run) throw new Refusal("wrong_method", "Method Not Allowed");
  return run;
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return pattern.length === segments.length && pattern.every((part, index) => part === "*" || part === segments[index]);
}
