import type { Setup } from "../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { someOf } from "../../core/text.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { bareDestination, readDestination } from "../../rules/destination.ts";
import { grouped } from "../../rules/phone-number.ts";
import { makePlan } from "../planning/make-plan.ts";
import { observe } from "../planning/observe.ts";
import type { Planned } from "../planning/plan-content.ts";
import type { PlacedSetup } from "../planning/read-setups.ts";
import type { Ends } from "./ends.ts";
import { platformRows } from "./platform-rows.ts";

/** The way back from a connection, made from what is there now: the number first, so that no call meets half of it. */
export async function disconnection(ends: Ends, { carriers, sandbox }: Scope, signal: AbortSignal): Promise<Planned> {
  const { carrier, platform, wish } = ends;
  const there = await platformRows(ends, signal);
  const here = (await carrierTrunks(ends, signal)).map((trunk) => ({ trunk, rows: rowsOf(trunk, ends, there) }));
  const setups = [
    ...here.filter(({ rows }) => !rows.isAll).map(({ trunk, rows }) => remove(trunk, rows.going)),
    ...here.filter(({ rows }) => rows.isAll).map(({ trunk }) => gone(trunk)),
    ...there.map(gone),
  ].map((setup, index): PlacedSetup => ({ setup, at: `${index}.` }));
  const live = await observe(setups, carriers, { prune: false, signal });
  const planned = makePlan({ setups, sandbox }, live);
  if (planned.kind === "questions") return planned;
  const { steps } = planned.content;
  const purpose =
    steps.length === 0
      ? []
      : [`${someOf(wish.numbers.map(grouped))} on ${carrier.carrier.provider.title} will no longer be connected to ${platform.title}.`];
  const next = here.length > 0 ? ["The number stays in the account. plan_trunk leads its calls elsewhere."] : [];
  return { ...planned, content: { ...planned.content, purpose, connected: true, next } };
}

function gone({ provider, trunk_id }: TrunkDetail): Setup {
  return { provider, trunk: trunk_id, gone: true };
}

function remove({ provider, trunk_id }: TrunkDetail, words: readonly string[]): Setup {
  return { provider, trunk: trunk_id, ...(words.length > 0 ? { remove: [...words] } : {}) };
}

/** The trunk that was named, or all that have the numbers. */
async function carrierTrunks({ carrier: { connected }, wish }: Ends, signal: AbortSignal): Promise<TrunkDetail[]> {
  if (wish.known) return [wish.known];
  const { client, trunks } = connected;
  const found = await Promise.all(wish.numbers.map(async (number) => (await trunks.withNumber?.(client, number, signal)) ?? []));
  const ids = [...new Set(found.flat().map(({ trunk_id }) => trunk_id))];
  return await Promise.all(ids.map(async (id) => (await trunks.get(client, id, signal)).trunk));
}

interface Rows {
  /** Entries of the trunk that belong to the connection. */
  going: string[];
  /** Nothing of the trunk would be left that calls can use. */
  isAll: boolean;
}

/** Calls in go to the platform's host; calls out come by the login that was made for it, or that one of its trunks has. */
function rowsOf(trunk: TrunkDetail, { carrier, platform, sipHost, wish }: Ends, there: readonly TrunkDetail[]): Rows {
  const { phone_numbers = [], destination_uris = [], credentials = [], whitelisted_ips = [] } = trunk;
  const { user } = carrier.side.outbound.toward(wish, true, platform.side.label(sipHost));
  const users = [user, ...there.flatMap((one) => (one.credentials ?? []).map(({ user_name }) => user_name))];
  const destinations = destination_uris.filter(({ destination }) =>
    platform.side.isHost(readDestination(destination)?.host ?? "", sipHost),
  );
  const logins = credentials.filter(({ user_name }) => users.includes(user_name));
  const numbers = phone_numbers.filter(({ phone_number }) => wish.numbers.some((number) => bare(number) === bare(phone_number)));
  const isUsed = destinations.length > 0 || logins.length > 0;
  if (!isUsed) return { going: [], isAll: false };
  const left = [
    phone_numbers.length - numbers.length,
    destination_uris.length - destinations.length,
    credentials.length - logins.length,
    whitelisted_ips.filter(({ ip }) => !platform.ranges.some((range) => range.startsWith(`${ip}/`))).length,
  ];
  const going = [
    ...numbers.map(({ phone_number }) => phone_number),
    ...destinations.map(({ destination }) => bareDestination(destination)),
    ...logins.map(({ user_name }) => user_name),
  ];
  return { going, isAll: left.every((count) => count === 0) };
}

function bare(number: string): string {
  return number.replace(/^\+/, "");
}
