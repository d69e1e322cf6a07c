import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { vyom } from "../../src/providers/vyom/index.ts";
import { startTrunkline, type Trunkline } from "./trunkline.ts";

interface Account {
  provider: AnyProvider;
  /** The call that creates a trunk of this name. */
  seed(name: string): [tool: string, args: Record<string, unknown>];
}

const NUMBER = "+918044319240";
const accounts: readonly Account[] = [
  { provider: exotel, seed: (trunk_name) => ["exotel_create_trunk", { trunk_name }] },
  {
    provider: didww,
    seed: (name) => ["didww_create_voice_out_trunk", { name, on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["44.248.146.11"] }],
  },
  {
    provider: vyom,
    seed: (trunk_name) => ["vyom_create_outbound_trunk", { trunk_name, trunk_type: "exotel", trunk_config: { exotel_number: NUMBER } }],
  },
];

export interface RequestCounts {
  carrier: string;
  trunks: number;
  /** By what was asked. */
  requests: Record<string, number>;
}

/** Requests that each question costs at accounts of so many trunks, on real emulators. */
export async function countRequests(trunks: number): Promise<RequestCounts[]> {
  const counted: RequestCounts[] = [];
  for (const account of accounts) {
    const trunkline = await startTrunkline({ providers: [account.provider], unlimited: true });
    try {
      for (let n = 0; n < trunks; n++) await made(trunkline, ...account.seed(`trunk_${n}`));
      counted.push({ carrier: account.provider.title, trunks, requests: await ask(trunkline, account.provider.id, trunks) });
    } finally {
      await trunkline.close();
    }
  }
  return counted;
}

async function ask(trunkline: Trunkline, provider: string, trunks: number): Promise<RequestCounts["requests"]> {
  const first = await made(trunkline, "list_trunks", { limit: 1 });
  const name = `trunk_${Math.floor(trunks / 2)}`;
  const plan = { provider, use_case: "outbound", trunk: name, numbers: [NUMBER], ips: ["44.248.146.11"] };
  const asked: [what: string, tool: string, args: Record<string, unknown>][] = [
    ["list_trunks", "list_trunks", {}],
    ["get_trunk by id", "get_trunk", { trunk_id: (first["trunks"] as { trunk_id: string }[])[0]?.trunk_id }],
    ["get_trunk by name, first", "get_trunk", { trunk_id: name }],
    ["get_trunk by name, later", "get_trunk", { trunk_id: name }],
    ["plan of one number", "plan_trunk", plan],
  ];
  const counts: [string, number][] = [];
  for (const [what, tool, args] of asked) {
    const before = trunkline.sandbox.seen.length;
    await made(trunkline, tool, args);
    counts.push([what, trunkline.sandbox.seen.length - before]);
  }
  return Object.fromEntries(counts);
}

async function made({ call }: Trunkline, tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { isError, value } = await call(tool, args);
  if (isError) throw new Error(`${tool} answered ${JSON.stringify(value)}`);
  return value;
}
