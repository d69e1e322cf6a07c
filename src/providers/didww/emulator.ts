import { defineEmulator, type EmulatorAnswer, type EmulatorRequest, type EmulatorRoute, routeOf } from "../../core/carrier/emulator.ts";
import { answer, checkMediaTypes, Refusal, refusal } from "./emulator/answers.ts";
import { getDid, listDids, updateDid } from "./emulator/dids.ts";
import { createGroup, deleteGroup, getGroup, listGroups, updateGroup } from "./emulator/groups.ts";
import { createInTrunk, deleteInTrunk, getInTrunk, listInTrunks, updateInTrunk } from "./emulator/in-trunks.ts";
import { listPops } from "./emulator/pops.ts";
import { seedDidww } from "./emulator/seed.ts";
import { type Call, emptyState, loadState, saveState } from "./emulator/state.ts";
import { createTrunk, deleteTrunk, getTrunk, listTrunks, regenerateCredentials, updateTrunk } from "./emulator/trunks.ts";

export const DIDWW_SANDBOX_KEY = "sandbox-key";

const RATE = { calls: 10, perMs: 1_000 };

const allVersions = ["2017-09-18", "2021-04-19", "2021-12-15", "2022-05-10", "2026-04-16"];

/** `own`: what the account speaks unless a header raises it. `latest`: beyond it the service knows no version. */
interface Dialect {
  own: string;
  latest: string;
  /** A change of a configuration keeps what it does not name. */
  merges?: true;
}

const dialects: Record<string, Dialect> = {
  observed: { own: "2026-04-16", latest: "2026-04-16" },
  /** The service that the user's document describes. */
  documented: { own: "2021-12-15", latest: "2021-12-15" },
  "2022-05-10": { own: "2022-05-10", latest: "2022-05-10" },
  /** Today's service, and an account from before: the header decides. */
  older_account: { own: "2021-12-15", latest: "2026-04-16" },
  /** The documents of 2026-04-16 say that a configuration is replaced by a change, its recordings that it is merged. */
  merging: { own: "2026-04-16", latest: "2026-04-16", merges: true },
};

const routes: readonly EmulatorRoute<(call: Call, id: string) => EmulatorAnswer>[] = [
  ["GET", "v3/voice_out_trunks", listTrunks],
  ["POST", "v3/voice_out_trunks", createTrunk],
  ["GET", "v3/voice_out_trunks/*", getTrunk],
  ["PATCH", "v3/voice_out_trunks/*", updateTrunk],
  ["PUT", "v3/voice_out_trunks/*", updateTrunk],
  ["DELETE", "v3/voice_out_trunks/*", deleteTrunk],
  ["GET", "v3/dids", listDids],
  ["GET", "v3/dids/*", getDid],
  ["PATCH", "v3/dids/*", updateDid],
  ["GET", "v3/voice_in_trunks", listInTrunks],
  ["POST", "v3/voice_in_trunks", createInTrunk],
  ["GET", "v3/voice_in_trunks/*", getInTrunk],
  ["PATCH", "v3/voice_in_trunks/*", updateInTrunk],
  ["PUT", "v3/voice_in_trunks/*", updateInTrunk],
  ["DELETE", "v3/voice_in_trunks/*", deleteInTrunk],
  ["GET", "v3/voice_in_trunk_groups", listGroups],
  ["POST", "v3/voice_in_trunk_groups", createGroup],
  ["GET", "v3/voice_in_trunk_groups/*", getGroup],
  ["PATCH", "v3/voice_in_trunk_groups/*", updateGroup],
  ["PUT", "v3/voice_in_trunk_groups/*", updateGroup],
  ["DELETE", "v3/voice_in_trunk_groups/*", deleteGroup],
  ["GET", "v3/pops", listPops],
  ["POST", "v3/voice_out_trunk_regenerate_credentials", regenerateCredentials],
];

/** DIDWW's voice trunks in memory, for one account that has four DIDs and no trunk. */
export const didwwEmulator = defineEmulator({
  title: "DIDWW",
  dialects,
  state: { empty: emptyState, save: saveState, load: loadState },
  limit: RATE,
  seed: (emulator) => seedDidww(emulator, DIDWW_SANDBOX_KEY),
  answer({ request, dialect, state, nowMs }, gate) {
    authenticate(request);
    // Without title and code, and without Retry-After, as documented.
    if (gate.admit(nowMs) > 0) throw new Refusal(429, [{ status: "429", detail: "Too Many Requests" }]);
    checkMediaTypes(request.headers, request.body !== "");
    const { run, stars } = routeOf(routes, request, {
      noPath: () => refusal(404, "404", "Not Found", "No such path."),
      noMethod: () => refusal(405, "405", "Method Not Allowed", `${request.method} is not allowed here.`),
    });
    return run({ request, state, version: spokenVersion(request, dialect), nowMs, merges: dialect.merges === true }, stars[0] ?? "");
  },
  Refusal,
  refuse: ({ status, errors }) => answer(status, { errors }),
});

/** The header only raises; what is lower, unknown or malformed is ignored. */
function spokenVersion({ headers }: EmulatorRequest, { own, latest }: Dialect): string {
  const asked = headers["x-didww-api-version"] ?? "";
  return allVersions.includes(asked) && asked > own && asked <= latest ? asked : own;
}

/** No sample of this answer is published; the envelope is that of every other error. */
function authenticate({ headers }: EmulatorRequest): void {
  if (headers["api-key"] === DIDWW_SANDBOX_KEY) return;
  throw refusal(401, "401", "Unauthorized", "The API key is missing or invalid.");
}
