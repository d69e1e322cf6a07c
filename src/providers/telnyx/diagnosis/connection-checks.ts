import { ASK, type CheckFacts, defineCheck, type Repair, type Verdict } from "../../../core/carrier/diagnosis.ts";
import { fail, orPass, warn } from "../../../core/carrier/verdict.ts";
import { quoteText, someOf } from "../../../core/text.ts";

type Trunk = CheckFacts["trunk"];

export function change({ trunk_id }: Trunk, fields: Record<string, unknown>): Repair {
  return { tool: "telnyx_update_connection", arguments: { connection_id: trunk_id, ...fields } };
}

/** Codecs that Telnyx ignores over UDP. */
const WIDE = ["OPUS", "H.264"];

export const connectionChecks = [
  defineCheck({
    id: "telnyx.open",
    run: ({ trunk }) => {
      const {
        sip_subdomain: subdomain,
        sip_subdomain_receive_settings: receives,
        sip_uri_calling_preference: calling,
      } = trunk.attributes ?? {};
      const isOpen = typeof subdomain === "string" && receives === "from_anyone";
      return orPass(
        [
          isOpen
            ? warn("Anyone on the internet may call the trunk, at your cost.", {
                evidence: `${quoteText(`${String(subdomain)}.sip.telnyx.com`)} takes calls from anyone, Telnyx's default: sip_subdomain_receive_settings.`,
                remedy: "Let only the account's own connections call it, unless somebody is meant to call this address.",
                repair: [change(trunk, { inbound: { sip_subdomain_receive_settings: "only_my_connections" } })],
              })
            : undefined,
          calling === "unrestricted"
            ? warn("Anyone on the internet may call the login, at your cost.", {
                evidence: "sip_uri_calling_preference is unrestricted.",
                remedy: "Switch it off, unless somebody is meant to call this address.",
                repair: [change(trunk, { sip_uri_calling_preference: "disabled" })],
              })
            : undefined,
        ],
        "",
      );
    },
  }),
  defineCheck({
    id: "telnyx.codecs",
    run: ({ trunk }) => {
      const { codecs, transport_protocol: transport } = trunk.attributes ?? {};
      const left = Array.isArray(codecs) ? codecs.filter((codec) => !WIDE.includes(codec)) : undefined;
      return orPass(
        [
          transport === "UDP" && left?.length === 0
            ? fail("No codec is left: Telnyx ignores those of the trunk over UDP.", {
                evidence: `codecs holds ${WIDE.join(" and ")} at most; transport_protocol is UDP.`,
                remedy: "Add G.711, or have the server take TCP or TLS and change transport_protocol.",
                repair: [change(trunk, { inbound: { codecs: [...(codecs as string[]), "G711U", "G711A"] } })],
              })
            : undefined,
        ],
        "",
      );
    },
  }),
  defineCheck({
    id: "telnyx.formats",
    calls: "in",
    appliesTo: ({ directions }) => directions.has("inbound"),
    run: ({ trunk }) => {
      const { ani_number_format: from, dnis_number_format: to } = trunk.attributes ?? {};
      const wanted = {
        ...(from === undefined || from === "+E.164" ? {} : { ani_number_format: "+E.164" }),
        ...(to === undefined || to === "+e164" || to === "sip_username" ? {} : { dnis_number_format: "+e164" }),
      };
      return orPass(
        [
          Object.keys(wanted).length > 0
            ? warn("Numbers of calls in do not come as + and country code.", {
                evidence: `ani_number_format is ${quoteText(String(from))}, dnis_number_format ${quoteText(String(to))}; without a choice Telnyx sends no plus.`,
                remedy: "Set both to E.164 with a plus, or write the PBX's routes for numbers without one.",
                repair: [change(trunk, { inbound: wanted })],
              })
            : undefined,
        ],
        "",
      );
    },
  }),
  defineCheck({
    id: "telnyx.region",
    calls: "in",
    appliesTo: ({ directions, trunk }) => directions.has("inbound") && trunk.attributes?.["sip_region"] !== undefined,
    run: ({ trunk }) => {
      const region = trunk.attributes?.["sip_region"];
      const homes = new Set((trunk.phone_numbers ?? []).map(({ phone_number }) => homeOf(phone_number)));
      const [home] = homes;
      return orPass(
        [
          homes.size === 1 && home !== undefined && home !== region
            ? warn(`Calls come in from ${nameOf(region)}, and every number is of ${nameOf(home)}.`, {
                evidence: `sip_region is ${quoteText(String(region))}; Telnyx takes US where nobody chooses.`,
                remedy: "If the PBX is there too, choose that region: sound takes the shorter way. Admit the region's addresses first.",
                repair: [change(trunk, { inbound: { sip_region: home } })],
              })
            : undefined,
        ],
        "",
        `Calls come in from ${nameOf(region)}.`,
      );
    },
  }),
  defineCheck({
    id: "telnyx.source",
    calls: "in",
    appliesTo: ({ config, list, directions }) => directions.has("inbound") && config !== undefined && list !== undefined,
    run: ({ config = "", list, trunk }) => {
      const region = trunk.attributes?.["sip_region"] ?? "US";
      const addresses = new Set((list?.gateways ?? []).filter((one) => one.region === region).flatMap((one) => one.addresses ?? []));
      const missing = [...addresses].filter((address) => !config.includes(address));
      return orPass(
        [
          missing.length > 0
            ? fail("The configuration does not admit every address of Telnyx's calls.", {
                evidence: `Missing of ${nameOf(region)}: ${missing.join(", ")}.`,
                remedy: "Admit both: a call comes from the second where the first fails.",
              })
            : undefined,
        ],
        "admits the addresses of Telnyx's calls",
      );
    },
  }),
  defineCheck({
    id: "telnyx.number",
    calls: "in",
    appliesTo: ({ directions, trunk }) => directions.has("inbound") && trunk.phone_numbers !== undefined,
    run: (facts) => {
      const own = (facts.trunk.phone_numbers ?? []).map(({ phone_number }) => phone_number);
      if (facts.number !== undefined && !own.includes(facts.number)) return [elsewhere(facts, facts.number, own)];
      return orPass([own.length === 0 ? noNumber(facts) : undefined], "");
    },
  }),
];

function elsewhere({ trunk, repairs, holders = [] }: CheckFacts, number: string, own: readonly string[]): Verdict {
  const holder = holders.find((one) => one.number === number)?.trunks[0];
  return fail(`${number} is not on this trunk${holder ? `, but on ${quoteText(holder.trunk_name ?? holder.trunk_id)}` : ""}.`, {
    evidence: `This trunk has ${someOf(own) || "no number"}.`,
    remedy: holder ? "Ask the person on which of the two it belongs." : "Assign it here if it is the account's.",
    repair: [holder ? undefined : repairs.mapNumber?.(trunk, number)],
  });
}

function noNumber({ trunk, repairs }: CheckFacts) {
  return fail("No number is assigned to the trunk: no call comes in.", {
    remedy: "Assign one of the account's numbers; telnyx_list_phone_numbers shows them.",
    repair: [repairs.mapNumber?.(trunk, ASK)],
  });
}

const regions: [RegExp, string][] = [
  [/^\+1/, "US"],
  [/^\+[34]/, "Europe"],
  [/^\+61/, "Australia"],
];

/** The region that is nearest to a number's country, as far as Telnyx has one. */
function homeOf(number: string): string | undefined {
  return regions.find(([pattern]) => pattern.test(number))?.[1];
}

const nameOf = (region: unknown) => (region === "US" ? "the US" : String(region));
