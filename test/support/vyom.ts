import { parseSettings } from "../../src/core/config.ts";
import { silentLog } from "../../src/core/log.ts";
import type { Scope } from "../../src/pipeline/scope.ts";
import type { VyomClient } from "../../src/providers/vyom/client.ts";
import { vyom } from "../../src/providers/vyom/index.ts";
import { carrier } from "../../src/startup/carriers.ts";
import { createOpenWire } from "../../src/wire/open.ts";
import { agreeing, type Options, startTrunkline } from "./trunkline.ts";

/** Stands in no answer, log line or memory. */
export const PASSWORD = "hush-hush-7Zq";

export const twilioConfig = {
  address: "example.pstn.twilio.com",
  numbers: ["+14155552671", "+14155552672"],
  username: "AC0123",
  password: "env:TRUNKLINE_SECRET_TWILIO",
};
export const twilioTrunk = { trunk_name: "Production", trunk_type: "twilio", trunk_config: twilioConfig } as const;
export const exotelTrunk = { trunk_name: "India", trunk_type: "exotel", trunk_config: { exotel_number: "+918044319240" } } as const;

/** As the carrier gets it. */
export function withPassword<Body extends object>(body: Body): Body {
  return JSON.parse(JSON.stringify(body).replace("env:TRUNKLINE_SECRET_TWILIO", PASSWORD));
}

/** Trunkline with Vyom alone. */
export async function startVyom(options: Options = {}) {
  const trunkline = await startTrunkline({
    providers: [vyom],
    environment: { TRUNKLINE_SECRET_TWILIO: PASSWORD },
    person: agreeing,
    ...options,
  });
  const { call, sandbox, scope } = trunkline;

  /** Somebody else's doing, past this server. */
  async function directly(method: string, path: string, body?: object): Promise<string> {
    const response = await fetch(`${sandbox.urlOf("vyom")}${path}`, {
      method,
      headers: { authorization: "Bearer sandbox-key", "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return ((await response.json()) as { data: { trunk_id: string } }).data.trunk_id;
  }

  return {
    ...trunkline,
    create: (args: object) => call("vyom_create_outbound_trunk", { ...args }),
    created: async (args: object): Promise<string> => (await call("vyom_create_outbound_trunk", { ...args })).value.trunk.trunk_id,
    get: async (trunk_id: string) => (await call("get_trunk", { trunk_id })).value,
    list: async () => (await call("list_trunks")).value.trunks,
    sent: (method: string) => sandbox.seen.filter((request) => request.method === method),
    createDirectly: (body: object) => directly("POST", "/sip/create-outbound-trunk", body),
    deactivateDirectly: (trunkId: string) => directly("DELETE", `/sip/deactivate/${trunkId}`),
    vyomClient: async () => (await scope.carriers[0]?.connected())?.client as VyomClient,
  };
}
export type StartedVyom = Awaited<ReturnType<typeof startVyom>>;

/** A second process on the same state. */
export async function startVyomOn(scope: Scope, url: string): Promise<Scope> {
  const openWire = createOpenWire({ clock: scope.clock, log: silentLog, settleAfterMs: [0, 10] });
  const settings = async () => parseSettings(vyom.settings, vyom.sandboxSettings(url));
  return { ...scope, carriers: [carrier(vyom, settings, async () => ({ openWire, memory: scope.store.memory }))] };
}
