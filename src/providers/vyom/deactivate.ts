import { type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import { path } from "../../core/carrier/wire.ts";
import { dataOf, listRecords, type VyomApi } from "./api.ts";
import { trunkIdSchema } from "./json.ts";
import { trunkTypeOf } from "./view.ts";

interface OnTrunk {
  trunk_id: string;
}
type Deactivated = OnTrunk & { removed: true; warnings?: string[] };

export function deactivateTrunk(api: VyomApi): WriteOperation<OnTrunk, Deactivated> {
  const removal = writeOperation<OnTrunk, Deactivated>(api.wire, {
    operation: "deactivate a trunk",
    method: "DELETE",
    path: ({ trunk_id }) => path`/sip/deactivate/${trunk_id}`,
    parse: (answer, input) => {
      dataOf(answer, trunkIdSchema, { host: api.host });
      return { removed: true, ...input };
    },
    settle: async (input) => {
      const left = await listRecords(api);
      return left.some((record) => record.trunk_id === input.trunk_id) ? undefined : { removed: true, ...input };
    },
  });
  return {
    settle: removal.settle,
    async send(input, signal) {
      const type = trunkTypeOf(input.trunk_id, await api.memory.recallTrunk(input.trunk_id));
      const { value, settled } = await removal.send(input, signal);
      await api.memory.forgetTrunk(input.trunk_id);
      return { value: { ...value, warnings: whatStays(type) }, settled };
    },
  };
}

/** The call switches a flag in Vyom's record off, and does nothing else (the service's source, 2026-08). */
export function whatStays(trunkType: string | undefined): string[] {
  const record = "Only Vyom's record is switched off; no call switches it on again.";
  if (trunkType === "exotel") return [record];
  const which = trunkType === "twilio" ? "The LiveKit trunk" : "If it is a Twilio trunk, the LiveKit trunk";
  return [record, `${which} and the Twilio login in it stay: delete it in LiveKit, and change the login if it must not be used again.`];
}
