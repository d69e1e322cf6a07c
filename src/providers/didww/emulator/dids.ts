import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { answer, refusal } from "./answers.ts";
import type { Call } from "./state.ts";
import { toDid } from "./view.ts";

/** The account's DIDs; of the filters that the service has for them, only that by number. */
export function listDids(call: Call): EmulatorAnswer {
  const { query } = call.request;
  const other = [...query.keys()].find((key) => key.startsWith("filter[") && key !== "filter[number]");
  if (other !== undefined) throw refusal(400, "102", "Filter not allowed", `${other} is not allowed.`);
  const number = query.get("filter[number]");
  const ids = [...call.state.dids].filter(([, own]) => number === null || own === number).map(([id]) => id);
  return answer(200, { data: ids.map((id) => toDid(id, call)), meta: { total_records: ids.length, api_version: call.version } });
}
