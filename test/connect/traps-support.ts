import type { DnsResolver } from "../../src/core/dns.ts";
import { SANDBOX_KEY, SANDBOX_SECRET } from "../../src/providers/livekit/sandbox-key.ts";
import { mintToken } from "../../src/providers/livekit/token.ts";
import { startPlanning } from "../plans/support.ts";
import type { Options } from "../support/trunkline.ts";
import { type Direction, wanted } from "./support.ts";

export interface Finding {
  check: string;
  status: string;
  title: string;
  evidence?: string;
  trunk?: { provider: string };
  repair?: { tool: string; arguments: Record<string, unknown> }[];
}

const noName = () => Promise.reject(Object.assign(new Error("not found"), { code: "ENOTFOUND" }));
/** No name is found, so that no host of anybody's is asked. */
const resolver: DnsResolver = { resolve4: noName, resolve6: noName, resolveCname: noName, resolveSrv: noName, resolveNaptr: noName };

/** Findings about the network, which has no names here, are about no trap. */
const ofNetwork = /^(dns|sip|machine|net|tls)\./;

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
export type Json = any;

/** A house with both ends, a connection in it, and the ways to break it. */
export async function startConnected(provider: string, direction: Direction, options: Options = {}) {
  const trunkline = await startPlanning({ probes: { resolver }, ...options });
  const call = async (tool: string, given: Record<string, unknown>): Promise<Json> => {
    const { isError, value } = await trunkline.call(tool, given);
    if (isError) throw new Error(`${tool} ${JSON.stringify(given)}: ${JSON.stringify(value)}`);
    return value;
  };
  const plan = async (given: Record<string, unknown>) => {
    const { plan_id, questions } = await call("connect_trunk", given);
    if (plan_id === undefined) throw new Error(JSON.stringify(questions));
    const done = await call("apply_plan", { plan_id });
    if (done.state !== "done") throw new Error(JSON.stringify(done));
  };
  await plan(wanted(provider, direction));
  const all: { provider: string; trunk_id: string }[] = (await call("list_trunks", {})).trunks;
  const first = async (id: string): Promise<Json> => {
    const trunk_id = all.find((trunk) => trunk.provider === id)?.trunk_id;
    return (await call("get_trunk", { provider: id, trunk_id })).trunk;
  };
  const findings = async (id: string, trunk_id: string): Promise<Finding[]> => {
    const { findings: found } = await call("check_trunk", { provider: id, trunk_id });
    return found.filter(({ check, status }: Finding) => (status === "fail" || status === "warn") && !ofNetwork.test(check));
  };
  return {
    ...trunkline,
    run: call,
    plan,
    carrier: await first(provider),
    livekit: await first("livekit"),
    findings,
    all,
    /** Somebody else's doing, in LiveKit's own words. */
    async directly(method: string, body: object): Promise<Json> {
      const headers = { authorization: `Bearer ${mintToken(SANDBOX_KEY, SANDBOX_SECRET)}` };
      const url = `${trunkline.sandbox.urlOf("livekit")}/twirp/livekit.SIP/${method}`;
      const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${method}: ${await answer.text()}`);
      return await answer.json();
    },
  };
}
export type Connected = Awaited<ReturnType<typeof startConnected>>;
