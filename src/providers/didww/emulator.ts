import type { EmulatorAnswer, EmulatorFactory, EmulatorRequest } from "../../core/carrier/emulator.ts";
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

const routes: readonly [method: string, path: string, run: (call: Call, id: string) => EmulatorAnswer][] = [
  ["GET", "voice_out_trunks", listTrunks],
  ["POST", "voice_out_trunks", createTrunk],
  ["GET", "voice_out_trunks/*", getTrunk],
  ["PATCH", "voice_out_trunks/*", updateTrunk],
  ["PUT", "voice_out_trunks/*", updateTrunk],
  ["DELETE", "voice_out_trunks/*", deleteTrunk],
  ["GET", "dids", listDids],
  ["GET", "dids/*", getDid],
  ["PATCH", "dids/*", updateDid],
  ["GET", "voice_in_trunks", listInTrunks],
  ["POST", "voice_in_trunks", createInTrunk],
  ["GET", "voice_in_trunks/*", getInTrunk],
  ["PATCH", "voice_in_trunks/*", updateInTrunk],
  ["PUT", "voice_in_trunks/*", updateInTrunk],
  ["DELETE", "voice_in_trunks/*", deleteInTrunk],
  ["GET", "voice_in_trunk_groups", listGroups],
  ["POST", "voice_in_trunk_groups", createGroup],
  ["GET", "voice_in_trunk_groups/*", getGroup],
  ["PATCH", "voice_in_trunk_groups/*", updateGroup],
  ["PUT", "voice_in_trunk_groups/*", updateGroup],
  ["DELETE", "voice_in_trunk_groups/*", deleteGroup],
  ["GET", "pops", listPops],
  ["POST", "voice_out_trunk_regenerate_credentials", regenerateCredentials],
];

/** DIDWW's voice trunks in memory, for one account that has four DIDs and no trunk. */
export const didwwEmulator: EmulatorFactory = {
  dialects: Object.keys(dialects),
  seed: (emulator) => seedDidww(emulator, DIDWW_SANDBOX_KEY),
  create({ dialect: name = "observed", now = Date.now } = {}) {
    const dialect = Object.hasOwn(dialects, name) ? dialects[name] : undefined;
    if (!dialect) throw new Error(`The DIDWW sandbox has no dialect "${name}". It has: ${didwwEmulator.dialects.join(", ")}.`);
    let state = emptyState();
    const admit = rateGate();
    return {
      save: () => saveState(state),
      load: (saved) => {
        state = loadState(saved);
      },
      handle(request) {
        try {
          const nowMs = now();
          authenticate(request);
          admit(nowMs);
          checkMediaTypes(request.headers, request.body !== "");
          const { run, id } = route(request);
          // A copy: an answer must not change when its rows later do.
          return structuredClone(
            run({ request, state, version: spokenVersion(request, dialect), nowMs, merges: dialect.merges === true }, id),
          );
        } catch (error) {
          if (error instanceof Refusal) return answer(error.status, { errors: error.errors });
          throw error;
        }
      },
    };
  },
};

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

/** At most ten calls in any second, wherever it begins. A refused call is not counted. */
function rateGate(): (nowMs: number) => void {
  const admitted: number[] = [];
  return (nowMs) => {
    while (admitted[0] !== undefined && admitted[0] <= nowMs - RATE.perMs) admitted.shift();
    // Without title and code, and without Retry-After, as documented.
    if (admitted.length >= RATE.calls) throw new Refusal(429, [{ status: "429", detail: "Too Many Requests" }]);
    admitted.push(nowMs);
  };
}

function route({ method, segments }: EmulatorRequest): { run: (typeof routes)[number][2]; id: string } {
  const [version, resource = "", id, ...rest] = segments;
  const path = id === undefined ? resource : `${resource}/*`;
  const found = version === "v3" && rest.length === 0 ? routes.filter(([, known]) => known === path) : [];
  if (found.length === 0) throw refusal(404, "404", "Not Found", "No such path.");
  const [, , run] = found.find(([allowed]) => allowed === method) ?? [];
  if (!run) throw refusal(405, "405", "Method Not Allowed", `${method} is not allowed here.`);
  return { run, id: id ?? "" };
}
