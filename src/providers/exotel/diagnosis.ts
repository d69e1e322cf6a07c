import { type CarrierDiagnosis, defineCheck } from "../../core/carrier/diagnosis.ts";
import { chosenLogins } from "../../core/carrier/directions.ts";
import { fail, manual, orPass, pass, warn } from "../../core/carrier/verdict.ts";
import { counted, quoteText } from "../../core/text.ts";
import type { ExotelClient } from "./client.ts";
import { destinationOrder } from "./destination-order.ts";
import { FLOW_HEADER } from "./pbx-facts.ts";

const checks = [
  defineCheck({
    id: "trunk.domain",
    appliesTo: ({ trunk, accountDomain }) => trunk.domain_name !== undefined && accountDomain !== undefined,
    run: ({ trunk: { domain_name = "" }, accountDomain = "" }) => [
      domain_name.toLowerCase() === accountDomain.toLowerCase()
        ? pass("in the account's own domain")
        : fail("The trunk's domain is not the account's.", {
            evidence: `It is ${quoteText(domain_name)}; the account's is ${quoteText(accountDomain)}.`,
            remedy: "Create another trunk without a domain_name, which gives it the right one, move what this one has, and delete it.",
          }),
    ],
  }),
  defineCheck({
    id: "auth.mixed",
    calls: "out",
    appliesTo: ({ trunk }) => (trunk.whitelisted_ips ?? []).length > 0 && chosenLogins(trunk).length > 0,
    run: ({ trunk }) => {
      // An address may stand there only because a destination must be whitelisted.
      const hosts = new Set(trunk.destination_uris?.map(({ destination }) => destination.split(":")[0]));
      const others = (trunk.whitelisted_ips ?? []).filter(({ ip }) => !hosts.has(ip));
      const logins = chosenLogins(trunk);
      if (others.length === 0) return [pass("")];
      return [
        warn("The trunk has whitelisted addresses and logins.", {
          evidence: `${counted(others.length, "entry", "entries")} on the whitelist; ${counted(logins.length, "login")}: ${logins
            .map(({ user_name }) => quoteText(user_name))
            .join(", ")}. Exotel's documents disagree on what both together do.`,
          // No call: which of the two is in use only a person knows, and the other would cut its calls off.
          remedy: "Ask Exotel's support how both behave together, or have the person choose the one to keep.",
        }),
      ];
    },
  }),
  defineCheck({
    id: "hdr.flow",
    calls: "out",
    appliesTo: ({ directions, config }) => directions.has("voice_ai") && config !== undefined,
    run: ({ config = "" }) =>
      orPass(
        [
          config.toLowerCase().includes(FLOW_HEADER.toLowerCase())
            ? undefined
            : fail(`The configuration does not send ${FLOW_HEADER}.`, {
                evidence: "StreamKit needs this header on every INVITE; the text does not hold it.",
                remedy: `Add the header ${FLOW_HEADER} with the account sid to every INVITE; export_pbx_config writes it for a flow trunk.`,
              }),
        ],
        `sends ${FLOW_HEADER}`,
      ),
  }),
  defineCheck({
    id: "exotel.order",
    calls: "in",
    appliesTo: ({ directions, trunk }) => directions.has("inbound") && destinationOrder(trunk.destination_uris ?? []) !== undefined,
    run: ({ trunk }) => [pass("", destinationOrder(trunk.destination_uris ?? []))],
  }),
  defineCheck({
    id: "exotel.flow_applet",
    calls: "in",
    appliesTo: ({ directions }) => directions.has("inbound"),
    run: ({ trunk }) => [
      manual("No API shows whether each number leads to a Flow that dials this trunk.", {
        remedy: `In Exotel's console, check that the number is assigned to a Flow whose Connect applet dials ${quoteText(`sip:${trunk.trunk_id}`)}.`,
      }),
    ],
  }),
];

export const exotelDiagnosis: CarrierDiagnosis<ExotelClient> = {
  checks,
  needsNumbers: true,
  admission: (trunk) => ({ by: "either", logins: chosenLogins(trunk).map(({ user_name }) => user_name) }),
  keyRefused: "For Exotel check the region too: a right key on the wrong region's host reads as a wrong key.",
  // The only code that a source explains.
  errorCode: (code) =>
    code === "4001"
      ? "4001 stands for a wrong login, an address that is not whitelisted, a wrong host or port, or a number that is not the trunk's."
      : "No source at hand explains this code of Exotel's: ask its support with the call's id.",
  findNumber: (client, number, signal) => client.holdersOf(number, signal),
  destinations: { transports: ["tcp", "tls"], listed: true },
  accountDomain: (client) => client.accountDomain,
  repairs: {
    relist: ({ trunk_id }, { add, remove }) => [
      ...add.map((range) => {
        const [ip, mask = "32"] = range.split("/");
        return { tool: "exotel_whitelist_ip", arguments: { trunk_sid: trunk_id, ip, mask: Number(mask) } };
      }),
      ...remove.flatMap(({ whitelisted_ip_id }) =>
        whitelisted_ip_id === undefined
          ? []
          : [{ tool: "exotel_remove_whitelisted_ip", arguments: { trunk_sid: trunk_id, whitelisted_ip_id } }],
      ),
    ],
    addDestination: ({ trunk_id }, destination) => ({
      tool: "exotel_add_destination_uris",
      arguments: { trunk_sid: trunk_id, destinations: [{ destination }] },
    }),
    removeDestination: ({ trunk_id }, destination_uri_id) => ({
      tool: "exotel_remove_destination_uri",
      arguments: { trunk_sid: trunk_id, destination_uri_id },
    }),
    setAlias: ({ trunk_id }, alias) => ({ tool: "exotel_set_trunk_alias", arguments: { trunk_sid: trunk_id, alias } }),
    setMode: ({ trunk_id, phone_numbers }, phone_number, mode) => {
      const phone_number_id = phone_numbers?.find((row) => row.phone_number === phone_number)?.phone_number_id;
      const row = { ...(phone_number_id === undefined ? {} : { phone_number_id }), phone_number };
      return { tool: "exotel_update_phone_number", arguments: { trunk_sid: trunk_id, ...row, mode } };
    },
    unmapNumber: ({ trunk_id }, phone_number_id) => ({
      tool: "exotel_unmap_phone_number",
      arguments: { trunk_sid: trunk_id, phone_number_id },
    }),
    mapNumber: ({ trunk_id }, phone_number) => ({ tool: "exotel_map_phone_number", arguments: { trunk_sid: trunk_id, phone_number } }),
  },
};
