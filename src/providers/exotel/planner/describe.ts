import { directionsOf } from "../../../core/carrier/directions.ts";
import type { Setup } from "../../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { cleanText } from "../../../core/text.ts";
import { type Lists, listsOf } from "../../../rules/planned-rows.ts";
import { showsOwnPairOnly } from "./planning.ts";

/** A trunk as setups. A use case is named only where the trunk has what it needs: planning it again must not ask. */
export function describeExotel(trunk: TrunkDetail, name: string): { setups: Setup[]; comments: string[] } {
  const lists = listsOf(trunk);
  const [pstn, flow] = [numbersIn(lists, false), numbersIn(lists, true)];
  const base = { provider: "exotel", trunk: name };
  const pstnCase = pstn.length > 0 ? directionsOf(trunk).find((direction) => direction !== "voice_ai") : undefined;
  const first: Setup = { ...base, ...(pstnCase ? { use_case: pstnCase } : {}), ...listed("numbers", pstn) };
  const forBot: Setup = { ...base, ...(lists.whitelisted_ips.length > 0 ? { use_case: "voice_ai" } : {}), numbers: flow };
  const [main, ...others] = flow.length === 0 ? [first] : pstn.length === 0 ? [forBot] : [first, forBot];
  return { setups: [{ ...(main ?? first), ...rest(trunk, lists) }, ...others], comments: comments(trunk, lists) };
}

function numbersIn({ phone_numbers }: Lists, flow: boolean): string[] {
  return unique(phone_numbers.filter((row) => (row.mode === "flow") === flow).map((row) => row.phone_number));
}

function rest({ alias }: TrunkDetail, lists: Lists): Partial<Setup> {
  return {
    ...listed("ips", unique(lists.whitelisted_ips.map(({ ip, mask }) => (mask === 32 ? ip : `${ip}/${mask}`)))),
    ...listed("destinations", unique(lists.destination_uris.map((row) => row.destination))),
    ...(alias === undefined ? {} : { alias }),
    ...listed("credentials", showsOwnPairOnly(lists) ? [] : unique(lists.credentials.map((row) => row.user_name))),
  };
}

function unique(values: string[]): string[] {
  return [...new Set(values)].sort();
}

function listed<Name extends string>(name: Name, values: string[]): { [Key in Name]?: string[] } {
  return (values.length === 0 ? {} : { [name]: values }) as { [Key in Name]?: string[] };
}

/** Comments on everything at Exotel that a setup has no field for. */
function comments(trunk: TrunkDetail, lists: Lists): string[] {
  const { whitelisted_ips, destination_uris, credentials } = lists;
  const named = [...whitelisted_ips, ...credentials].filter((row) => row.friendly_name !== undefined).length;
  const weighted = destination_uris.filter(({ priority = 0, weight = 1 }) => priority !== 0 || weight !== 1).length;
  return [
    ...(trunk.domain_name === undefined ? [] : [`domain: ${cleanText(trunk.domain_name, 120)}`]),
    ...(trunk.status === undefined || trunk.status === "active"
      ? []
      : [`status: ${cleanText(trunk.status, 40)}; it cannot be set from here`]),
    ...(showsOwnPairOnly(lists) ? ["its own login is not listed here; Exotel makes it with the trunk"] : []),
    ...(named > 0 ? [`${named} friendly names of IPs or logins are not kept here`] : []),
    ...(weighted > 0 ? [`priority and weight of ${weighted} destinations are not kept here`] : []),
  ];
}
