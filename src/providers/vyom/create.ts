import type { WriteOperation } from "../../core/carrier/operation.ts";
import type { Trunk } from "../../core/carrier/trunk.ts";
import { path } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { dataOf, listRecords, type VyomApi } from "./api.ts";
import { trunkIdSchema } from "./json.ts";
import type { TrunkConfig, TrunkType } from "./trunk-config.ts";
import { toTrunk } from "./view.ts";

export interface CreateInput {
  trunk_name: string;
  trunk_type: TrunkType;
  trunk_config: TrunkConfig;
  passthrough_mode?: boolean | undefined;
  passthrough_webhook_url?: string | undefined;
}

/** There is no idempotency key and names are not unique: what was created is what has the name and was not there before. */
export function createOutboundTrunk(api: VyomApi): WriteOperation<CreateInput, { trunk: Trunk }> {
  async function findNew({ trunk_name }: CreateInput, earlier: readonly string[]): Promise<string | undefined> {
    const added = (await idsNamed(api, trunk_name)).filter((id) => !earlier.includes(id));
    if (added.length <= 1) return added[0];
    throw new TrunkError(
      "outcome_unknown",
      `${added.length} new trunks are called ${quoteText(trunk_name)}; which one is ours cannot be told.`,
      {
        candidates: added,
      },
    );
  }

  async function remember(input: CreateInput, trunkId: string): Promise<{ trunk: Trunk }> {
    const { trunk_name, trunk_type, trunk_config, passthrough_mode } = input;
    const created = { ...trunk_config, trunk_name, trunk_type, passthrough_mode, created_at: new Date().toISOString() };
    await api.memory.rememberTrunk(trunkId, created);
    await api.memory.forgetAttempt(trunk_name);
    return { trunk: toTrunk({ trunk_id: trunkId, trunk_name }, created) };
  }

  return {
    turn: ({ trunk_name }) => `${api.account} ${trunk_name}`,
    send: async (input, signal) => {
      const earlier = await idsNamed(api, input.trunk_name, signal);
      await api.memory.rememberAttempt(input.trunk_name, earlier);
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
          settle: () => findNew(input, earlier),
          signal,
        })
        .catch((error: unknown) => Promise.reject(withOrphan(error, input)));
      return { value: await remember(input, trunkId), settled };
    },

    async settle(input) {
      const trunkId = await findNew(input, await api.memory.recallAttempt(input.trunk_name));
      return trunkId === undefined ? undefined : await remember(input, trunkId);
    },
  };
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
