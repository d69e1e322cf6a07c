import type { Setup } from "../../src/core/carrier/setup.ts";

const destinations = ["sip.example.com:5061;transport=tls"];
const ips = ["44.248.146.11"];

/** Plans with every kind of step that a carrier's planner knows for a new trunk: several of them are several requests. */
export const plansOf: Record<"twilio" | "telnyx", [Setup, ...Setup[]]> = {
  twilio: [
    {
      ...{ provider: "twilio", use_case: "outbound", trunk: "wanted", numbers: ["+12025550110"], ips, destinations, credentials: ["bot"] },
      options: { domain_name: "wanted.pstn.twilio.com" },
    },
  ],
  telnyx: [
    {
      ...{ provider: "telnyx", use_case: "outbound", trunk: "wanted", numbers: ["+13125550141"], ips },
      options: { daily_spend_limit: "50.00" },
    },
    {
      ...{ provider: "telnyx", use_case: "outbound", trunk: "home", numbers: ["+442079460143"], credentials: ["homeoffice"] },
      options: { daily_spend_limit: "20.00" },
    },
    { provider: "telnyx", use_case: "inbound", trunk: "desk", numbers: ["+13125550142"], destinations },
  ],
};

/** The rows of a setup that `get_trunk` shows, each once; a carrier may list an address among the destinations too. */
export function rowsOf({ numbers, ips: addresses, destinations: goals, credentials }: Setup): object {
  const named = { numbers, ips: addresses, destinations: goals?.map(hostOf), credentials };
  return Object.fromEntries(Object.entries(named).filter(([, rows]) => rows !== undefined));
}

const hostOf = (destination: string) => destination.split(":")[0];

interface Shown {
  phone_numbers?: { phone_number: string }[];
  whitelisted_ips?: { ip: string }[];
  destination_uris?: { destination: string }[];
  credentials?: { user_name: string }[];
}

export function shownRows({ phone_numbers = [], whitelisted_ips = [], destination_uris = [], credentials = [] }: Shown): object {
  return {
    numbers: phone_numbers.map((row) => row.phone_number),
    ips: whitelisted_ips.map((row) => row.ip),
    destinations: destination_uris.map((row) => hostOf(row.destination)),
    credentials: credentials.map((row) => row.user_name),
  };
}
