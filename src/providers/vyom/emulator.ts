import { createHash } from "node:crypto";
import {
  defineEmulator,
  type EmulatorAnswer,
  type EmulatorCall,
  type EmulatorRequest,
  type EmulatorRoute,
  routeOf,
} from "../../core/carrier/emulator.ts";
import { type CreateBody, parseBody, readCreate } from "./emulator/body.ts";
import { type Dialect, documented, observed, Refusal, type Row } from "./emulator/dialect.ts";
import { seedVyom } from "./emulator/seed.ts";

export const VYOM_SANDBOX_KEY = "sandbox-key";

type Call = EmulatorCall<Dialect, Row[]>;

const routes: readonly EmulatorRoute<(call: Call) => EmulatorAnswer>[] = [
  ["POST", "sip/create-outbound-trunk", create],
  ["GET", "sip/list", list],
  ["DELETE", "sip/deactivate/*", deactivate],
];

/** Vyom's SIP trunk API in memory, for one user who has no trunk yet. */
export const vyomEmulator = defineEmulator({
  title: "Vyom",
  dialects: { observed, documented },
  state: { empty: (): Row[] => [], save: JSON.stringify, load: (saved) => JSON.parse(saved) },
  seed: (emulator) => seedVyom(emulator, VYOM_SANDBOX_KEY),
  answer(call) {
    const { run } = routeOf(routes, call.request, {
      noPath: () => new Refusal("no_such_path", 404, "Not Found"),
      noMethod: () => new Refusal("no_such_path", 405, "Method Not Allowed"),
    });
    return run(call);
  },
  Refusal,
  refuse: (refusal, { dialect }) => dialect.refuse(refusal),
});

function authenticate({ headers }: EmulatorRequest): void {
  const [scheme = "", key = ""] = (headers["authorization"] ?? "").split(" ");
  if (scheme.toLowerCase() !== "bearer" || key === "") throw new Refusal("unauthenticated", 401, "Not authenticated");
  if (key !== VYOM_SANDBOX_KEY) throw new Refusal("unauthenticated", 401, "Invalid or inactive API key");
}

function create({ request, state: rows, dialect, nowMs }: Call): EmulatorAnswer {
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

function list({ request, state: rows, dialect }: Call): EmulatorAnswer {
  authenticate(request);
  const active = rows.filter((row) => row.active).map((row) => dialect.listed(row));
  return success("SIP trunks retrieved successfully", active);
}

function deactivate({ request, state: rows }: Call): EmulatorAnswer {
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
