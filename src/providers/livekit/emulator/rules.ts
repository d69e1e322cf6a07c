import { refusal } from "./answers.ts";
import { checkRule } from "./checks.ts";
import { pageOf, texts, updatedList } from "./lists.ts";
import { fieldOf, isObject, readGiven, readMessage, ruleFields } from "./messages.ts";
import { type Call, type Json, newId, stampsOf } from "./state.ts";

/** The wrapper, or the flat form from before it, which older libraries send. */
export function createRule(call: Call): object {
  const wrapped = fieldOf(call.body, "dispatch_rule");
  const { numbers: _, ...flat } = call.body;
  const rule = readMessage(isObject(wrapped) ? wrapped : flat, ruleFields);
  return keep(call, newId("SDR"), rule);
}

/** Those that an update can name, besides the list of trunks. */
const { name, metadata, rule, attributes, media_encryption, media } = ruleFields as Required<typeof ruleFields>;
const updatable = { name, metadata, rule, media_encryption, media } as typeof ruleFields;

export function updateRule(call: Call): object {
  const id = String(fieldOf(call.body, "sip_dispatch_rule_id") ?? "");
  const now = ruleOf(call, id);
  const [replace, update] = [fieldOf(call.body, "replace"), fieldOf(call.body, "update")];
  if (isObject(replace)) return keep(call, id, readMessage(replace, ruleFields));
  if (!isObject(update)) throw refusal("invalid_argument", "missing or unsupported update action");
  const trunks = fieldOf(update, "trunk_ids");
  const given = { ...readGiven(update, updatable), ...readGiven(update, { attributes } as typeof ruleFields) };
  const merged = given["attributes"] ? { attributes: mergedMap(now["attributes"] as Json, given["attributes"] as Json) } : {};
  return keep(call, id, { ...now, ...given, ...merged, ...(trunks == null ? {} : { trunk_ids: updatedList(now["trunk_ids"], trunks) }) });
}

/** An empty value takes its key away. */
function mergedMap(now: Json, given: Json): Json {
  return Object.fromEntries(Object.entries({ ...now, ...given }).filter(([, value]) => value !== ""));
}

function keep(call: Call, id: string, given: Json): Json {
  const kinds = Object.values((given["rule"] as Json | null) ?? {}).filter((kind) => kind !== null);
  if (kinds.length === 0) throw refusal("invalid_argument", "missing rule");
  checkRule(id, given, [...call.state.rules.values()]);
  // One of a kind: the others are not printed.
  const own = Object.fromEntries(Object.entries(given["rule"] as Json).filter(([, kind]) => kind !== null));
  const kept = { ...given, rule: own, sip_dispatch_rule_id: id, ...stampsOf(call, call.state.rules.get(id)) };
  call.state.rules.set(id, kept);
  return kept;
}

function ruleOf({ state }: Call, id: string): Json {
  const found = state.rules.get(id);
  if (!found) throw refusal("not_found", "requested sip dispatch rule does not exist");
  return found;
}

/** A filter by trunks also lets the rules for every trunk through. */
export function listRules(call: Call): object {
  const ids = texts(fieldOf(call.body, "dispatch_rule_ids"));
  const trunks = texts(fieldOf(call.body, "trunk_ids"));
  return pageOf(call, "rules", (row) => {
    const own = texts(row["trunk_ids"]);
    const serves = trunks.length === 0 || own.length === 0 || own.some((trunk) => trunks.includes(trunk));
    return serves && (ids.length === 0 || ids.includes(String(row["sip_dispatch_rule_id"])));
  });
}

export function deleteRule(call: Call): object {
  const id = String(fieldOf(call.body, "sip_dispatch_rule_id") ?? "");
  const found = ruleOf(call, id);
  call.state.rules.delete(id);
  return found;
}
