import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { isNested } from "../versions.ts";
import { answer, type ErrorObject, invalid, notFound, Refusal } from "./answers.ts";
import { idOf, type Json, readBody, readChange } from "./body.ts";
import { readMethod } from "./login.ts";
import { filtered, includeOf, pageOf, sorted } from "./query.ts";
import { attributesOf, checkAttributes, refuseUnknown } from "./rules.ts";
import { type Call, generatedLogin, newId, type TrunkEntry } from "./state.ts";
import { pageLinks, toIncluded, toResource } from "./view.ts";

export function listTrunks(call: Call): EmulatorAnswer {
  const [found, page, include] = [sorted(filtered([...call.state.trunks.values()], call), call), pageOf(call), includeOf(call)];
  const trunks = found.slice((page.number - 1) * page.size, page.number * page.size);
  return answer(200, {
    data: trunks.map((trunk) => toResource(trunk, call, include)),
    ...(include.length > 0 ? { included: toIncluded(trunks, call, include) } : {}),
    meta: { total_records: found.length, api_version: call.version },
    links: pageLinks(call, page, found.length),
  });
}

export function getTrunk(call: Call, id: string): EmulatorAnswer {
  return document(200, trunkOf(call, id), call);
}

export function createTrunk(call: Call): EmulatorAnswer {
  const { attributes, relationships } = readBody(call, "voice_out_trunks");
  const trunk = build(call, attributes, relationships, undefined);
  call.state.trunks.set(trunk.id, trunk);
  return document(201, trunk, call);
}

export function updateTrunk(call: Call, id: string): EmulatorAnswer {
  const kept = trunkOf(call, id);
  const { attributes, relationships } = readChange(call, "voice_out_trunks", id);
  const trunk = build(call, attributes, relationships, kept);
  call.state.trunks.set(id, trunk);
  return document(200, trunk, call);
}

export function deleteTrunk(call: Call, id: string): EmulatorAnswer {
  trunkOf(call, id);
  call.state.trunks.delete(id);
  return answer(204);
}

/** Answers with an id of its own; the new login is shown by the trunk only. */
export function regenerateCredentials(call: Call): EmulatorAnswer {
  const { relationships } = readBody(call, "voice_out_trunk_regenerate_credentials");
  const trunk = call.state.trunks.get(idOf(relationships["voice_out_trunk"]) ?? "");
  if (!trunk) throw new Refusal(422, [invalid("voice_out_trunk", "can't be blank", "relationships")]);
  if (trunk.method.type !== "credentials_and_ip") {
    throw new Refusal(422, [invalid("voice_out_trunk", "authentication method has no credentials", "relationships")]);
  }
  Object.assign(trunk, withNewLogin(trunk));
  return answer(201, { data: { id: newId(), type: "voice_out_trunk_regenerate_credentials" }, meta: { api_version: call.version } });
}

function document(status: number, trunk: TrunkEntry, call: Call): EmulatorAnswer {
  const include = includeOf(call);
  return answer(status, {
    data: toResource(trunk, call, include),
    ...(include.length > 0 ? { included: toIncluded([trunk], call, include) } : {}),
    meta: { api_version: call.version },
  });
}

function trunkOf({ state }: Call, id: string): TrunkEntry {
  const trunk = state.trunks.get(id);
  if (!trunk) throw notFound(id);
  return trunk;
}

/** The trunk that a body makes, of nothing or of the one that is kept; all that is wrong with it is said at once. */
function build(call: Call, given: Json, relationships: Json, kept: TrunkEntry | undefined): TrunkEntry {
  const { values, errors } = checkAttributes(given, call.version, kept?.attributes);
  const method = readMethod(given, call.version, kept?.method);
  const dids = readDids(call, relationships, "dids", kept?.dids, values["allow_any_did_as_cli"] === true);
  const emergency = readDids(call, relationships, "emergency_dids", kept?.emergency_dids, values["emergency_enable_all"] === true);
  const all = [...errors, ...("errors" in method ? method.errors : []), ...dids.errors, ...emergency.errors];
  // Missing fields are said before surplus ones: the login of another version is both.
  if (all.length > 0 || "errors" in method) throw new Refusal(422, all);
  refuseUnknown(given, [...attributesOf(call.version), isNested(call.version) ? "authentication_method" : "allowed_sip_ips"]);
  refuseUnknown(relationships, isNested(call.version) ? ["dids", "emergency_dids"] : ["dids"]);
  const trunk = {
    id: kept?.id ?? newId(),
    logins: kept?.logins ?? 0,
    created_at: kept?.created_at ?? new Date(call.nowMs).toISOString(),
    attributes: { ...values, name: String(values["name"]) },
    method: method.method,
    dids: dids.ids,
    emergency_dids: emergency.ids,
  };
  return trunk.method.type === "credentials_and_ip" && trunk.method.username === null ? withNewLogin(trunk) : trunk;
}

function withNewLogin(trunk: TrunkEntry): TrunkEntry {
  return { ...trunk, method: { ...trunk.method, ...generatedLogin(trunk.id, trunk.logins) }, logins: trunk.logins + 1 };
}

/** `closed`: an attribute that already allows every DID leaves no room for a list of some. */
function readDids(
  call: Call,
  relationships: Json,
  name: string,
  kept: string[] = [],
  closed: boolean,
): { ids: string[]; errors: ErrorObject[] } {
  const given = relationships[name] as { data?: unknown } | undefined;
  if (given === undefined) return { ids: kept, errors: [] };
  const ids = Array.isArray(given.data) ? given.data.map((item) => String((item as { id?: unknown }).id)) : undefined;
  const known = ids?.every((id) => call.state.dids.has(id)) === true;
  if (known && !(closed && ids.length > 0)) return { ids, errors: [] };
  return { ids: kept, errors: [invalid(name, closed ? "must be blank" : "is invalid", "relationships")] };
}
