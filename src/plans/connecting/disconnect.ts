import type { Setup } from "../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { someOf } from "../../core/text.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { loginName } from "../../rules/connection.ts";
import { bareDestination, readDestination } from "../../rules/destination.ts";
import { grouped } from "../../rules/phone-number.ts";
import { makePlan } from "../planning/make-plan.ts";
import { observe } from "../planning/observe.ts";
import type { Planned } from "../planning/plan-content.ts";
import type { PlacedSetup } from "../planning/read-setups.ts";
import type { Ends } from "./ends.ts";
import { platformRows, wayOf } from "./platform-rows.ts";

/** The way back from a connection, made from what is there now: the number first, so that no call meets half of it. */
export async function disconnection(ends: Ends, { carriers, sandbox }: Scope, signal: AbortSignal): Promise<Planned> {
  const { carrier, platform, wish } = ends;
  const there = await platformRows(ends, signal);
  const trunks = await carrierTrunks(ends, signal);
  const here = await Promise.all(
    trunks.map(async (trunk) => {
      // The rows that other numbers of the trunk need as well stay.
      const staying = await platformRows({ platform, wish: { ...wish, numbers: staysOn(trunk, wish) } }, signal);
      return { trunk, rows: rowsOf(trunk, ends, there, staying) };
    }),
  );
  const setups = [
    ...here.filter(({ rows }) => !rows.isAll).map(({ trunk, rows }) => remove(trunk, rows.going)),
    ...here.filter(({ rows }) => rows.isAll).map(({ trunk }) => gone(trunk)),
    ...there.map((trunk) => (staysOn(trunk, wish).length > 0 ? remove(trunk, goesOff(trunk, wish)) : gone(trunk))),
  ].map((setup, index): PlacedSetup => ({ setup, at: `${index}.` }));
  const live = await observe(setups, carriers, { prune: false, signal });
  const planned = makePlan({ setups, sandbox }, live);
  if (planned.kind === "questions") return planned;
  const { steps } = planned.content;
  const what = `${someOf(wish.numbers.map(grouped))} on ${carrier.carrier.provider.title}`;
  const isNothing = steps.length === 0;
  const purpose = isNothing ? [] : [`${what} will no longer be connected to ${platform.title}.`];
  const next = isNothing
    ? [`No connection of ${what} to ${platform.title} was found: there is nothing to take away.`]
    : [
        "The number stays in the account, on no trunk of the connection. To bring it back, plan_trunk with the trunk that it was on, and the number.",
      ];
  return { ...planned, content: { ...planned.content, purpose, connected: true, next } };
}

export function gone({ provider, trunk_id }: TrunkDetail): Setup {
  return { provider, trunk: trunk_id, gone: true };
}

export function remove({ provider, trunk_id }: TrunkDetail, words: readonly string[]): Setup {
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
function rowsOf(
  trunk: TrunkDetail,
  { carrier, platform, sipHost, wish }: Ends,
  there: readonly TrunkDetail[],
  staying: readonly TrunkDetail[],
): Rows {
  const { phone_numbers = [], destination_uris = [], credentials = [], whitelisted_ips = [] } = trunk;
  const { user } = carrier.side.outbound.toward(wish, true, platform.side.label(sipHost));
  const users = [
    user,
    loginName(wish.trunk),
    loginName(trunk.trunk_name),
    ...there.flatMap((one) => (one.credentials ?? []).map(({ user_name }) => user_name)),
  ];
  const own = destination_uris.filter(({ destination }) => platform.side.isHost(readDestination(destination)?.host ?? "", sipHost));
  const used = credentials.filter(({ user_name }) => users.includes(user_name));
  if (own.length === 0 && used.length === 0) return { going: [], isAll: false };
  const destinations = staying.some((one) => wayOf(one) === "inbound") ? [] : own;
  const logins = staying.some((one) => wayOf(one) === "outbound") ? [] : used;
  const numbers = goesOff(trunk, wish);
  const left = [
    phone_numbers.length - numbers.length,
    destination_uris.length - destinations.length,
    credentials.length - logins.length,
    whitelisted_ips.filter(({ ip }) => !platform.ranges.some((range) => range.startsWith(`${ip}/`))).length,
  ];
  const going = [
    ...numbers,
    ...destinations.map(({ destination }) => bareDestination(destination)),
    ...logins.map(({ user_name }) => user_name),
  ];
  return { going, isAll: left.every((count) => count === 0) };
}

function goesOff({ phone_numbers = [] }: TrunkDetail, { numbers }: Ends["wish"]): string[] {
  const going = new Set(numbers.map(bare));
  return phone_numbers.map(({ phone_number }) => phone_number).filter((number) => going.has(bare(number)));
}

function staysOn(trunk: TrunkDetail, wish: Ends["wish"]): string[] {
  const going = goesOff(trunk, wish);
  return (trunk.phone_numbers ?? []).map(({ phone_number }) => phone_number).filter((number) => !going.includes(number));
}

function bare(number: string): string {
  return number.replace(/^\+/, "");
}
