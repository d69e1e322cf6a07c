import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { answer } from "./answers.ts";
import type { Call } from "./state.ts";

/** Two of the points of presence, under the names that recordings have. */
export const POPS: Readonly<Record<string, string>> = {
  "ba7ccbef-82ac-4372-9391-eac90d5c9479": "DE, FRA",
  "8dae2eb4-9b2f-4a3a-a6e6-4d1a1d1f7c11": "US, NY",
};

export function listPops({ version }: Call): EmulatorAnswer {
  const data = Object.keys(POPS).map(toPop);
  return answer(200, { data, meta: { total_records: data.length, api_version: version } });
}

export function toPop(id: string): Record<string, unknown> {
  return { id, type: "pops", attributes: { name: POPS[id] } };
}
