import { refusal } from "./answers.ts";
import { checkInbound, checkOutbound } from "./checks.ts";
import { normalized, pageOf, texts, updatedList } from "./lists.ts";
import { type Fields, fieldOf, inboundFields, isObject, outboundFields, readGiven, readMessage } from "./messages.ts";
import { type Call, type Json, newId, stampsOf } from "./state.ts";

type Direction = "inbound" | "outbound";

const fieldsOf: Record<Direction, Fields> = { inbound: inboundFields, outbound: outboundFields };
const lists = ["numbers", "allowed_addresses", "allowed_numbers"];

/** Those that an update can name. */
const updatable: Record<Direction, readonly string[]> = {
  inbound: [...lists, "auth_username", "auth_password", "auth_realm", "name", "metadata", "media_encryption", "media"],
  outbound: [
    ...["address", "transport", "destination_country", "numbers", "auth_username", "auth_password"],
    ...["name", "metadata", "media_encryption", "media", "from_host"],
  ],
};

export function createTrunk(call: Call, direction: Direction): object {
  const given = fieldOf(call.body, "trunk");
  if (!isObject(given)) throw refusal("invalid_argument", "missing trunk");
  if (fieldOf(given, "sip_trunk_id")) throw refusal("invalid_argument", "trunk id must not be set");
  const id = newId("ST");
  return keep(call, direction, id, readMessage(given, fieldsOf[direction]));
}

export function updateTrunk(call: Call, direction: Direction): object {
  const id = String(fieldOf(call.body, "sip_trunk_id") ?? "");
  const now = trunkOf(call, direction, id);
  const [replace, update] = [fieldOf(call.body, "replace"), fieldOf(call.body, "update")];
  if (isObject(replace)) return keep(call, direction, id, readMessage(replace, fieldsOf[direction]));
  if (!isObject(update)) throw refusal("invalid_argument", "missing or unsupported update action");
  const plain = Object.fromEntries(
    Object.entries(fieldsOf[direction]).filter(([name]) => updatable[direction].includes(name) && !lists.includes(name)),
  );
  const changedLists = lists.filter((name) => name in now && fieldOf(update, name) != null);
  const changes = Object.fromEntries(changedLists.map((name) => [name, updatedList(now[name], fieldOf(update, name))]));
  return keep(call, direction, id, { ...now, ...readGiven(update, plain), ...changes }, now);
}

/** `updated`: the trunk before an update. A rule that its result breaks may come up as a failure of the server. */
function keep(call: Call, direction: Direction, id: string, trunk: Json, updated?: Json): Json {
  const { failsOnBadUpdate, comparesMoved } = call.dialect;
  const isMoved = updated !== undefined && !texts(trunk["numbers"]).some((number) => texts(updated["numbers"]).includes(number));
  if (direction === "inbound") checkInbound(id, trunk, isMoved && !comparesMoved ? [] : [...call.state.inbound.values()]);
  else checkOutbound(trunk, updated !== undefined && failsOnBadUpdate);
  const kept = { ...trunk, sip_trunk_id: id, ...stampsOf(call, call.state[direction].get(id)) };
  call.state[direction].set(id, kept);
  return kept;
}

export function getTrunk(call: Call, direction: Direction): object {
  return { trunk: trunkOf(call, direction, String(fieldOf(call.body, "sip_trunk_id") ?? "")) };
}

function trunkOf({ state }: Call, direction: Direction, id: string): Json {
  const trunk = state[direction].get(id);
  if (!trunk) throw refusal("not_found", "requested sip trunk does not exist");
  return trunk;
}

/** A filter by numbers also lets trunks without numbers through; only inbound ones are compared in one spelling. */
export function listTrunks(call: Call, direction: Direction): object {
  const ids = texts(fieldOf(call.body, "trunk_ids"));
  const spelling = direction === "inbound" ? normalized : (number: string) => number;
  const numbers = texts(fieldOf(call.body, "numbers")).map(spelling);
  return pageOf(call, direction, (row) => {
    const own = texts(row["numbers"]).map(spelling);
    const hasNumber = numbers.length === 0 || own.length === 0 || own.some((number) => numbers.includes(number));
    return hasNumber && (ids.length === 0 || ids.includes(String(row["sip_trunk_id"])));
  });
}

/** The open server does not look whether there is such a trunk. */
export function deleteTrunk({ body, state, dialect }: Call): object {
  const id = String(fieldOf(body, "sip_trunk_id") ?? "");
  const deleted = [state.inbound.delete(id), state.outbound.delete(id)];
  if (dialect.looksBeforeDelete && !deleted.includes(true)) throw refusal("not_found", "requested sip trunk does not exist");
  return { sip_trunk_id: id, kind: "TRUNK_LEGACY", name: "", metadata: "" };
}
