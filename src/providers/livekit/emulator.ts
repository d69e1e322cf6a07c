import { defineEmulator, type EmulatorRequest } from "../../core/carrier/emulator.ts";
import { Refusal, refusal } from "./emulator/answers.ts";
import { parseBody } from "./emulator/messages.ts";
import { methods } from "./emulator/methods.ts";
import { seedLiveKit } from "./emulator/seed.ts";
import { type Call, type Dialect, emptyState, loadState, saveState } from "./emulator/state.ts";
import { checkGrant, checkToken } from "./emulator/token.ts";

/** `oss`: the open server, as its source says. `cloud`: the same rules, and what the Cloud is inferred to add. */
const dialects: Record<string, Dialect> = {
  oss: { stamps: false, keepsLimit: false, looksBeforeDelete: false, failsOnBadUpdate: true, comparesMoved: false },
  cloud: { stamps: true, keepsLimit: true, looksBeforeDelete: true, failsOnBadUpdate: false, comparesMoved: true },
};

/** LiveKit's SIP service in memory, for one project that has nothing yet. */
export const livekitEmulator = defineEmulator({
  title: "LiveKit",
  dialects,
  state: { empty: emptyState, save: saveState, load: loadState },
  isRead: ({ segments }) => /^(Get|List)SIP/.test(segments[2] ?? ""),
  seed: seedLiveKit,
  answer({ request, ...call }) {
    const run = route(request);
    checkGrant(checkToken(request.headers["authorization"], Date.now()));
    return { status: 200, body: run({ body: parseBody(request.body), ...call }) };
  },
  Refusal,
  refuse: ({ answer }) => answer,
});

function route({ method, segments }: EmulatorRequest): (call: Call) => object {
  const [twirp, service, name = "", ...rest] = segments;
  const isKnown = method === "POST" && twirp === "twirp" && service === "livekit.SIP" && rest.length === 0 && Object.hasOwn(methods, name);
  const run = isKnown ? methods[name] : undefined;
  if (run) return run;
  const path = `/${segments.join("/")}`;
  throw refusal("bad_route", `no handler for path ${JSON.stringify(path)}`, { twirp_invalid_route: `${method} ${path}` });
}
