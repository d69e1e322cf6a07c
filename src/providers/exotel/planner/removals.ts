import type { DoneStep, StepDraft, TrunkFacts } from "../../../core/carrier/planner.ts";
import type { Setup } from "../../../core/carrier/setup.ts";
import { cleanText, quoteText } from "../../../core/text.ts";
import { type Planning, showsOwnPairOnly } from "./rows.ts";

const NOT_WANTED = "is not among what is wanted.";

/** `about`: the row as a person knows it. */
function removal(tool: string, trunkSid: string, ids: Record<string, string>, about: string, why = NOT_WANTED): StepDraft {
  return { tool, arguments: { trunk_sid: trunkSid, ...ids }, effect: "destroy", reason: `${about} ${why}`, about };
}

interface Surplus {
  id: string | undefined;
  what: string;
  frees?: string;
}

/** The lists of a trunk in the order in which they are emptied: what depends on another goes first. */
const lists: readonly { field: keyof Setup; tool: string; key: string; surplus(planning: Planning): Surplus[] }[] = [
  {
    field: "destinations",
    tool: "exotel_remove_destination_uri",
    key: "destination_uri_id",
    surplus: ({ live, wanted }) =>
      live.destination_uris
        .filter((row) => !wanted.destinations.has(row.destination))
        .map((row) => ({ id: row.destination_uri_id, what: `Destination ${quoteText(row.destination, 120)}` })),
  },
  {
    field: "ips",
    tool: "exotel_remove_whitelisted_ip",
    key: "whitelisted_ip_id",
    surplus: ({ live, wanted }) =>
      live.whitelisted_ips
        .map(({ ip, mask, whitelisted_ip_id: id }) => ({ id, entry: `${ip}/${mask}`, what: `IP ${ip}/${mask}` }))
        .filter(({ entry }) => !wanted.ips.has(entry)),
  },
  {
    field: "numbers",
    tool: "exotel_unmap_phone_number",
    key: "phone_number_id",
    surplus: ({ live, wanted }) =>
      live.phone_numbers
        .filter((row) => !wanted.numbers.has(row.phone_number))
        .map(({ phone_number, phone_number_id: id }) => ({ id, what: `Number ${quoteText(phone_number)}`, frees: phone_number })),
  },
  {
    field: "credentials",
    tool: "exotel_delete_credentials",
    key: "credential_id",
    surplus: ({ live, wanted }) =>
      (showsOwnPairOnly(live) ? [] : live.credentials)
        .filter((row) => !wanted.logins.has(row.user_name))
        .map((row) => ({ id: row.credential_id, what: `Login ${quoteText(row.user_name)}` })),
  },
];

/** Rows that no setup names, of the lists that some setup does name. */
export function planRemovals(planning: Planning): void {
  const { task, wanted, plan } = planning;
  if (!task.prune || !task.trunk) return;
  for (const list of lists) if (wanted.managed.has(list.field)) empty(list, planning);
  const { alias } = task.trunk;
  if (wanted.alias?.value === "" && alias !== undefined) {
    plan.removals.push(removal("exotel_remove_trunk_alias", planning.trunkSid, {}, `Alias ${quoteText(alias)}`));
  }
}

function empty({ tool, key, surplus }: (typeof lists)[number], planning: Planning): void {
  const { plan, trunkSid } = planning;
  for (const { id, what, frees } of surplus(planning)) {
    if (id === undefined) plan.warnings.push(`${what} cannot be removed: Exotel's list has no id for it.`);
    else plan.removals.push({ ...removal(tool, trunkSid, { [key]: id }, what), ...(frees === undefined ? {} : { frees }) });
  }
}

type Undo = (done: DoneStep, trunkSid: string, before: TrunkFacts | undefined) => StepDraft | undefined;

function undone(tool: string, trunkSid: string, ids: Record<string, string>, about: unknown): StepDraft {
  return removal(tool, trunkSid, ids, cleanText(String(about), 120), "was added by the plan.");
}

/** The one row that a step's answer holds, by its id. */
function added(noun: string, key: string, tool: string): Undo {
  return ({ step, result }, trunkSid) => {
    const { phone_number, ip, user_name } = step.arguments;
    const id = (result[noun] as Record<string, unknown> | undefined)?.[key];
    return typeof id === "string" ? undone(tool, trunkSid, { [key]: id }, phone_number ?? ip ?? user_name) : undefined;
  };
}

const undos: Record<string, Undo> = {
  exotel_map_phone_number: added("phone_number", "phone_number_id", "exotel_unmap_phone_number"),
  exotel_whitelist_ip: added("whitelisted_ip", "whitelisted_ip_id", "exotel_remove_whitelisted_ip"),
  exotel_create_credentials: added("credentials", "credential_id", "exotel_delete_credentials"),
  exotel_update_phone_number: ({ step }, trunkSid, before) => {
    const { phone_number_id, phone_number } = step.arguments;
    const numbers = before?.["numbers"];
    const row = Array.isArray(numbers) ? numbers.find((entry) => entry.startsWith(`${phone_number} `)) : undefined;
    const mode = row?.split(" ")[1];
    if (mode === undefined) return undefined;
    const again = { trunk_sid: trunkSid, phone_number_id, phone_number, mode };
    return { tool: "exotel_update_phone_number", arguments: again, effect: "change", reason: `It was in mode ${mode} before the plan.` };
  },
  exotel_set_trunk_alias: (_, trunkSid, before) => {
    if (!before || before["alias"] === undefined) return undefined;
    const { alias } = before;
    if (alias === null)
      return { ...removal("exotel_remove_trunk_alias", trunkSid, {}, "Alias"), reason: "There was none before the plan." };
    return {
      tool: "exotel_set_trunk_alias",
      arguments: { trunk_sid: trunkSid, alias },
      effect: "change",
      reason: "It was so before the plan.",
    };
  },
};

/** Plans the steps that take a done step back; one that added several rows needs several. */
export function undoExotel(done: DoneStep, before: TrunkFacts | undefined): StepDraft[] | undefined {
  const { step, result } = done;
  const trunkSid = String(step.arguments["trunk_sid"]);
  if (step.tool === "exotel_add_destination_uris") return destinationsAdded(result, trunkSid);
  const draft = undos[step.tool]?.(done, trunkSid, before);
  return draft && [draft];
}

/** Destinations that were there already are not the plan's. */
function destinationsAdded(result: Record<string, unknown>, trunkSid: string): StepDraft[] | undefined {
  const rows = Array.isArray(result["destination_uris"]) ? (result["destination_uris"] as Record<string, unknown>[]) : [];
  const own = rows.filter((row) => row["status"] === "added");
  if (!own.every((row) => typeof row["destination_uri_id"] === "string")) return undefined;
  return own.map(({ destination_uri_id, destination }) =>
    undone("exotel_remove_destination_uri", trunkSid, { destination_uri_id: String(destination_uri_id) }, destination),
  );
}
