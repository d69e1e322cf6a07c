import { isNested } from "../versions.ts";
import { BASE } from "./base.ts";
import { toDid } from "./in-view.ts";
import { attributesOf } from "./rules.ts";
import type { Call, Method, TrunkEntry } from "./state.ts";

/** A trunk as a JSON:API resource of the version that is spoken. `include`: relationships whose identifiers are shown. */
export function toResource(trunk: TrunkEntry, { version }: Call, include: readonly string[]): Record<string, unknown> {
  const nested = isNested(version);
  const shown = Object.fromEntries(attributesOf(version).map((name) => [name, trunk.attributes[name]]));
  const relationships = ["dids", ...(nested ? ["emergency_dids"] : [])].map((name) => {
    const links = {
      self: `${BASE}/voice_out_trunks/${trunk.id}/relationships/${name}`,
      related: `${BASE}/voice_out_trunks/${trunk.id}/${name}`,
    };
    const ids = name === "dids" ? trunk.dids : trunk.emergency_dids;
    return [name, include.includes(name) ? { links, data: ids.map((id) => ({ type: "dids", id })) } : { links }];
  });
  return {
    id: trunk.id,
    type: "voice_out_trunks",
    attributes: {
      ...shown,
      ...(nested ? { authentication_method: toMethod(trunk.method) } : flatMethod(trunk.method)),
      created_at: trunk.created_at,
      threshold_reached: false,
    },
    relationships: Object.fromEntries(relationships),
    meta: { spent_amount: "0.0" },
  };
}

function flatMethod({ allowed_sip_ips, username, password }: Method): Record<string, unknown> {
  return { allowed_sip_ips, username, password };
}

function toMethod({ type, allowed_sip_ips, tech_prefix, username, password, twilio_account_sid }: Method): Record<string, unknown> {
  if (type === "twilio") return { type, attributes: { twilio_account_sid } };
  return { type, attributes: { allowed_sip_ips, tech_prefix, ...(type === "ip_only" ? {} : { username, password }) } };
}

/** The DIDs that the shown identifiers name. */
export function toIncluded(trunks: readonly TrunkEntry[], call: Call, include: readonly string[]): Record<string, unknown>[] {
  const ids = trunks.flatMap((trunk) => [
    ...(include.includes("dids") ? trunk.dids : []),
    ...(include.includes("emergency_dids") ? trunk.emergency_dids : []),
  ]);
  return [...new Set(ids)].map((id) => toDid(id, call, []));
}

/** Page links as recorded: the parameters encoded, `next` and `prev` left out at the ends. */
export function pageLinks(
  call: Call,
  page: { number: number; size: number },
  total: number,
  type = "voice_out_trunks",
): Record<string, string> {
  const last = Math.max(1, Math.ceil(total / page.size));
  const link = (number: number) => {
    const query = new URLSearchParams(call.request.query);
    query.set("page[number]", String(number));
    query.set("page[size]", String(page.size));
    return `${BASE}/${type}?${query}`;
  };
  return {
    first: link(1),
    ...(page.number > 1 ? { prev: link(page.number - 1) } : {}),
    ...(page.number < last ? { next: link(page.number + 1) } : {}),
    last: link(last),
  };
}
