import { Buffer } from "node:buffer";
import { defineEmulator, type EmulatorCall, type EmulatorRequest, type EmulatorRoute, routeOf } from "../../core/carrier/emulator.ts";
import { type Dialect, type Exchange, type Outcome, Refusal } from "./emulator/dialect.ts";
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
import { type Call, emptyState, loadState, newRequestId, notFound, type SandboxState, saveState } from "./emulator/state.ts";
import { createTrunk, deleteTrunk, getTrunk, listTrunks, lookUpTrunkMap, updateTrunk } from "./emulator/trunks.ts";

export const exotelSandboxAccount = { sid: "sandbox", key: "sandbox-key", token: "sandbox-token" } as const;

const RATE = { calls: 200, perMs: 60_000 };

/** The stars are the account, the trunk's sid, and the row's id. */
const routes: readonly EmulatorRoute<(call: Call) => Outcome>[] = [
  ["POST", "v2/accounts/*/trunks", createTrunk],
  ["GET", "v2/accounts/*/trunks", listTrunks],
  ["DELETE", "v2/accounts/*/trunks", deleteTrunk],
  ["GET", "v2/accounts/*/trunks/*", getTrunk],
  ["PUT", "v2/accounts/*/trunks/*", updateTrunk],
  ["POST", "v2/accounts/*/trunks/*/phone-numbers", mapNumber],
  ["GET", "v2/accounts/*/trunks/*/phone-numbers", listOf("phone-numbers")],
  ["DELETE", "v2/accounts/*/trunks/*/phone-numbers", deleteFrom("phone-numbers")],
  ["PUT", "v2/accounts/*/trunks/*/phone-numbers/*", updateNumber],
  ["POST", "v2/accounts/*/trunks/*/whitelisted-ips", whitelistIp],
  ["GET", "v2/accounts/*/trunks/*/whitelisted-ips", listOf("whitelisted-ips")],
  ["DELETE", "v2/accounts/*/trunks/*/whitelisted-ips", deleteFrom("whitelisted-ips")],
  ["PUT", "v2/accounts/*/trunks/*/whitelisted-ips/*", updateIp],
  ["POST", "v2/accounts/*/trunks/*/destination-uris", addDestinations],
  ["GET", "v2/accounts/*/trunks/*/destination-uris", listOf("destination-uris")],
  ["DELETE", "v2/accounts/*/trunks/*/destination-uris", deleteFrom("destination-uris")],
  ["PUT", "v2/accounts/*/trunks/*/destination-uris/*", updateDestination],
  ["POST", "v2/accounts/*/trunks/*/credentials", createCredentials],
  ["GET", "v2/accounts/*/trunks/*/credentials", listCredentials],
  ["DELETE", "v2/accounts/*/trunks/*/credentials", deleteFrom("credentials")],
  ["PUT", "v2/accounts/*/trunks/*/credentials/*", updateCredentials],
  ["POST", "v2/accounts/*/trunks/*/settings", setSettings],
  ["GET", "v2/accounts/*/trunks/*/settings", listOf("settings")],
  ["DELETE", "v2/accounts/*/trunks/*/settings", deleteFrom("settings", "name")],
  ["GET", "v2/accounts/*/trunk-maps", lookUpTrunkMap],
];

/** Exotel's vSIP trunk API in memory, for one account that starts empty. */
export const exotelEmulator = defineEmulator({
  title: "Exotel",
  dialects: { observed, documented },
  state: { empty: emptyState, save: saveState, load: loadState },
  limit: RATE,
  seed: (emulator) => seedExotel(emulator, exotelSandboxAccount),
  answer(call, gate) {
    const { request, dialect, nowMs } = call;
    authenticate(request);
    const waitMs = gate.admit(nowMs);
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      throw new Refusal("rate_limited", "Too Many Requests", "Too many requests", { "Retry-After": String(seconds) });
    }
    const { run, stars } = routeOf(routes, request, {
      noPath: () => notFound("No such path"),
      noMethod: () => new Refusal("wrong_method", "Method Not Allowed"),
    });
    const [account = "", trunkSid = "", id = ""] = stars;
    const outcome = run({ ...call, account, trunkSid, id });
    return dialect.answer(exchangeOf(call), outcome);
  },
  Refusal,
  refuse: (refusal, call) => call.dialect.refuse(exchangeOf(call), refusal),
});

/** Made once for each request: with its answer, or with its refusal. */
function exchangeOf({ request, state, nowMs }: EmulatorCall<Dialect, SandboxState>): Exchange {
  return { request, requestId: newRequestId(state, nowMs) };
}

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
