import type { Setup } from "../../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { cleanText, quoteText, someOf } from "../../../core/text.ts";
import { listsOf } from "../../../rules/planned-rows.ts";
import { foreignLists } from "../list-names.ts";
import { optionsSchema } from "./wanted.ts";

/** The values with which every new trunk begins. */
const defaults: Record<string, unknown> = {
  secure: false,
  cnam_lookup_enabled: false,
  transfer_mode: "disable-all",
  transfer_caller_id: "from-transferee",
  disaster_recovery_method: "POST",
  recording_mode: "do-not-record",
  recording_trim: "do-not-trim",
};

/** A trunk as a setup. A use case is named only where the trunk has what it needs: planning it again must not ask. */
export function describeTwilio(trunk: TrunkDetail, name: string): { setups: Setup[]; comments: string[] } {
  const { phone_numbers, whitelisted_ips, destination_uris, credentials } = listsOf(trunk);
  const canCall = trunk.domain_name !== undefined && whitelisted_ips.length + credentials.length > 0;
  const canBeCalled = phone_numbers.length > 0 && destination_uris.length > 0;
  const options = settable(trunk);
  const setup: Setup = {
    provider: "twilio",
    ...(canCall ? { use_case: "outbound" } : canBeCalled ? { use_case: "inbound" } : {}),
    trunk: name,
    ...listed("numbers", unique(phone_numbers.map((row) => row.phone_number))),
    ...listed("ips", unique(whitelisted_ips.map(({ ip, mask }) => (mask === 32 ? ip : `${ip}/${mask}`)))),
    ...listed("destinations", unique(destination_uris.filter(({ type }) => type !== "disabled").map((row) => row.destination))),
    ...listed("credentials", unique(credentials.map((row) => row.user_name))),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  };
  return { setups: [setup], comments: comments(trunk) };
}

function unique(values: string[]): string[] {
  return [...new Set(values)].sort();
}

function listed<Name extends string>(name: Name, values: string[]): { [Key in Name]?: string[] } {
  return (values.length === 0 ? {} : { [name]: values }) as { [Key in Name]?: string[] };
}

function settable({ domain_name, attributes = {} }: TrunkDetail): Record<string, unknown> {
  const values = { domain_name, ...attributes } as Record<string, unknown>;
  const names = Object.keys(optionsSchema.shape).filter((name) => values[name] !== undefined && values[name] !== defaults[name]);
  return Object.fromEntries(
    names.map((name) => [name, values[name]] as const).filter(([name, value]) => optionsSchema.safeParse({ [name]: value }).success),
  );
}

function comments(trunk: TrunkDetail): string[] {
  const { destination_uris } = listsOf(trunk);
  const off = destination_uris.filter(({ type }) => type === "disabled").map(({ destination }) => cleanText(destination, 120));
  const weighted = destination_uris.filter(({ priority = 10, weight = 10 }) => priority !== 10 || weight !== 10).length;
  const foreign = foreignLists(trunk);
  return [
    ...(foreign.length > 0
      ? [`addresses or logins are in lists that other trunks may use too: ${someOf(foreign.map((one) => quoteText(one)))}`]
      : []),
    ...(off.length > 0 ? [`switched off: ${someOf(off)}`] : []),
    ...(weighted > 0 ? [`priority and weight of ${weighted} destinations are not kept here`] : []),
  ];
}
