import { createHash } from "node:crypto";
import type { EmulatorAnswer, EmulatorFactory, EmulatorRequest } from "../../core/carrier/emulator.ts";
import { type CreateBody, parseBody, readCreate } from "./emulator/body.ts";
import { type Dialect, documented, observed, Refusal, type Row } from "./emulator/dialect.ts";
import { seedVyom } from "./emulator/seed.ts";

export const VYOM_SANDBOX_KEY = "sandbox-key";

interface Call {
  request: EmulatorRequest;
  rows: Row[];
  dialect: Dialect;
  nowMs: number;
}

const routes: readonly { method: string; path: RegExp; run(call: Call): EmulatorAnswer }[] = [
  { method: "POST", path: /^sip\/create-outbound-trunk$/, run: create },
  { method: "GET", path: /^sip\/list$/, run: list },
  { method: "DELETE", path: /^sip\/deactivate\/[^/]+$/, run: deactivate },
];

const dialects = new Map<string, Dialect>([
  ["observed", observed],
  ["documented", documented],
]);

/** Vyom's SIP trunk API in memory, for one user who has no trunk yet. */
export const vyomEmulator: EmulatorFactory = {
  dialects: [...dialects.keys()],
  seed: (emulator) => seedVyom(emulator, VYOM_SANDBOX_KEY),
  create({ dialect: name = "observed", now = Date.now } = {}) {
    const dialect = dialects.get(name);
    if (!dialect) throw new Error(`The Vyom sandbox has no dialect "${name}". It has: ${vyomEmulator.dialects.join(", ")}.`);
    let rows: Row[] = [];
    return {
      save: () => JSON.stringify(rows),
      load: (saved = "[]") => {
        rows = JSON.parse(saved) as Row[];
      },
      handle(request) {
        try {
          return route(request)({ request, rows, dialect, nowMs: now() });
        } catch (error) {
          if (error instanceof Refusal) return dialect.refuse(error);
          throw error;
        }
      },
    };
  },
};

function route({ method, segments }: EmulatorRequest): (call: Call) => EmulatorAnswer {
  // An encoded slash stays inside its segment: the id then belongs to no trunk.
  const path = segments.map((segment) => segment.replaceAll("/", " ")).join("/");
  const found = routes.filter((candidate) => candidate.path.test(path));
  if (found.length === 0) throw new Refusal("no_such_path", 404, "Not Found");
  const allowed = found.find((candidate) => candidate.method === method);
  if (!allowed) throw new Refusal("no_such_path", 405, "Method Not Allowed");
  return allowed.run;
}

function authenticate({ headers }: EmulatorRequest): void {
  const [scheme = "", key = ""] = (headers["authorization"] ?? "").split(" ");
  if (scheme.toLowerCase() !== "bearer" || key === "") throw new Refusal("unauthenticated", 401, "Not authenticated");
  if (key !== VYOM_SANDBOX_KEY) throw new Refusal("unauthenticated", 401, "Invalid or inactive API key");
}

function create({ request, rows, dialect, nowMs }: Call): EmulatorAnswer {
  // The framework reads the JSON before it looks at the key.
  const json = parseBody(request);
  authenticate(request);
  const body = readCreate(json);
  refuseForLiveKit(body);
  const hash = createHash("sha256").update(`${rows.length}:${nowMs}`).digest("hex");
  const row: Row = {
    trunk_id: dialect.trunkId(body.trunk_type, hash),
    trunk_name: body.trunk_name,
    trunk_type: body.trunk_type,
    trunk_created_at: new Date(nowMs).toISOString().replace("Z", "000"),
    active: true,
  };
  // The configuration is dropped: no answer ever holds it.
  rows.push(row);
  return success("Outbound trunk created successfully, Store the trunk id securely.", { trunk_id: row.trunk_id });
}

/** Checks an outbound trunk as livekit/protocol does (2026); the service wraps its refusal into a 500. */
function refuseForLiveKit({ trunk_type, trunk_config }: CreateBody): void {
  if (trunk_type !== "twilio") return;
  const { address = "", numbers = [] } = trunk_config as { address?: string; numbers?: string[] };
  if (numbers.length === 0) throw liveKitRefusal("no trunk numbers specified");
  if (address.includes("transport=")) throw liveKitRefusal("trunk transport should be set as a field, not a URI parameter");
  if (/[@;]|^sips?:/.test(address)) throw liveKitRefusal("trunk address should be a hostname or IP, not SIP URI");
}

function liveKitRefusal(reason: string): Refusal {
  const words = `TwirpError(code=invalid_argument, message=${reason}, status=400)`;
  return new Refusal("failed", 500, `Failed to create outbound trunk in LiveKit: ${words}`);
}

function list({ request, rows, dialect }: Call): EmulatorAnswer {
  authenticate(request);
  const active = rows.filter((row) => row.active).map((row) => dialect.listed(row));
  return success("SIP trunks retrieved successfully", active);
}

function deactivate({ request, rows }: Call): EmulatorAnswer {
  authenticate(request);
  const trunkId = request.segments[2];
  const row = rows.find((candidate) => candidate.trunk_id === trunkId);
  if (!row) throw new Refusal("not_found", 404, "Trunk not found");
  if (!row.active) throw new Refusal("inactive", 400, "Trunk is already deactivated");
  row.active = false;
  return success("Trunk deactivated successfully", { trunk_id: row.trunk_id });
}

function success(message: string, data: unknown): EmulatorAnswer {
  return { status: 200, body: { success: true, message, data } };
}
