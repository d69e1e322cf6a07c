import type { WriteOperation } from "../../core/carrier/operation.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { path } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { dataOf, listRecords, type VyomApi } from "./api.ts";
import { trunkIdSchema } from "./json.ts";
import type { TrunkConfig, TrunkType } from "./trunk-config.ts";
import { toTrunkDetail } from "./view.ts";

export interface CreateInput {
  trunk_name: string;
  trunk_type: TrunkType;
  trunk_config: TrunkConfig;
  passthrough_mode?: boolean | undefined;
  passthrough_webhook_url?: string | undefined;
}

interface Created {
  trunk: TrunkDetail;
  warnings: string[];
}

const UNREADABLE = "Vyom shows only a trunk's id and name later, and changes nothing: what stands here is what was sent.";

/** Everything that was sent but the password. */
function asSent(
  trunk: TrunkDetail,
  { trunk_config: { username }, passthrough_mode = false, passthrough_webhook_url }: CreateInput,
): TrunkDetail {
  const rest = {
    ...(username === undefined ? {} : { username }),
    ...(passthrough_webhook_url === undefined ? {} : { passthrough_webhook_url }),
  };
  return { ...trunk, attributes: { ...trunk.attributes, ...rest, passthrough_mode } };
}

/** There is no idempotency key: what was created is what has the name, which nothing had before. */
export function createOutboundTrunk(api: VyomApi): WriteOperation<CreateInput, Created> {
  async function findNew({ trunk_name }: CreateInput): Promise<string | undefined> {
    const added = await idsNamed(api, trunk_name);
    if (added.length <= 1) return added[0];
    throw new TrunkError(
      "outcome_unknown",
      `${added.length} new trunks are called ${quoteText(trunk_name)}; which one is ours cannot be told.`,
      {
        candidates: added,
      },
    );
  }

  async function remember(input: CreateInput, trunkId: string): Promise<Created> {
    const { trunk_name, trunk_type, trunk_config, passthrough_mode } = input;
    const created = { ...trunk_config, trunk_name, trunk_type, passthrough_mode, created_at: new Date().toISOString() };
    await api.memory.rememberTrunk(trunkId, created);
    return { trunk: asSent(toTrunkDetail({ trunk_id: trunkId, trunk_name }, created), input), warnings: [UNREADABLE] };
  }

  return {
    turn: ({ trunk_name }) => `${api.account} ${trunk_name}`,
    send: async (input, signal) => {
      await refuseTakenName(api, input.trunk_name, signal);
      await api.memory.attempts.remember(input, true);
      const { value: trunkId, settled } = await api.wire
        .send({
          effect: "write",
          method: "POST",
          operation: "create an outbound trunk",
          path: path`/sip/create-outbound-trunk`,
          body: input,
          parse: (answer) => {
            const about = { host: api.host, trunkType: input.trunk_type, secret: input.trunk_config.password };
            return dataOf(answer, trunkIdSchema, about).trunk_id;
          },
          settle: () => findNew(input),
          signal,
        })
        .catch((error: unknown) => Promise.reject(withOrphan(error, input)));
      return { value: await remember(input, trunkId), settled };
    },

    async settle(input) {
      const trunkId = (await api.memory.attempts.recall(input)) ? await findNew(input) : undefined;
      return trunkId === undefined ? undefined : await remember(input, trunkId);
    },
    forget: api.memory.attempts.forget,
  };
}

/** Vyom takes a name twice; every later call by it would be ambiguous. */
export async function refuseTakenName(api: VyomApi, trunkName: string, signal?: AbortSignal): Promise<void> {
  const candidates = await idsNamed(api, trunkName, signal);
  if (candidates.length === 0) return;
  throw new TrunkError("conflict", `A trunk on Vyom is called ${quoteText(trunkName)} already. Nothing was created.`, {
    field: "trunk_name",
    hint: "Use that trunk, or another name.",
    candidates,
    applied: false,
  });
}

async function idsNamed(api: VyomApi, trunkName: string, signal?: AbortSignal): Promise<string[]> {
  const records = await listRecords(api, signal);
  return records.filter((record) => record.trunk_name === trunkName).map((record) => record.trunk_id);
}

/** The service creates the LiveKit trunk first and its own record after it: a failure between the two leaves one behind. */
function withOrphan(error: unknown, { trunk_type }: CreateInput): unknown {
  const failedInside = error instanceof TrunkError && error.code === "provider_failed" && (error.details.status ?? 0) >= 500;
  if (!failedInside || trunk_type !== "twilio") return error;
  return error.with({ hint: "Try again later. LiveKit may hold a trunk that Vyom has no record of; nothing places calls over it." });
}
