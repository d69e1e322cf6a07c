import { type CheckFacts, defineCheck, type Repair } from "../../../core/carrier/diagnosis.ts";
import type { DestinationUri } from "../../../core/carrier/trunk.ts";
import { fail, orPass, warn } from "../../../core/carrier/verdict.ts";
import { quoteText, someOf } from "../../../core/text.ts";

const urlsOf = ({ trunk }: CheckFacts) => trunk.destination_uris ?? [];
const isEnabled = ({ type }: DestinationUri) => type !== "disabled";
const isTls = ({ destination }: DestinationUri) => /^sips:|;transport=tls(;|$)/i.test(destination);
const named = (urls: readonly DestinationUri[]) => someOf(urls.map(({ destination }) => quoteText(destination, 120)));

function change({ trunk }: CheckFacts, { destination_uri_id }: DestinationUri, fields: Record<string, unknown>): Repair | undefined {
  if (destination_uri_id === undefined) return undefined;
  return { tool: "twilio_update_origination_url", arguments: { trunk_sid: trunk.trunk_id, destination_uri_id, ...fields } };
}

export const originationChecks = [
  defineCheck({
    id: "twilio.origination",
    calls: "in",
    appliesTo: ({ directions, trunk }) => directions.has("inbound") && (trunk.destination_uris ?? []).length > 0,
    run: (facts) => {
      const urls = urlsOf(facts);
      const [only, ...others] = urls;
      const off = urls.filter((url) => !isEnabled(url));
      const sips = urls.filter(({ destination }) => /^sips:/i.test(destination));
      return orPass(
        [
          off.length === urls.length
            ? fail("Every origination URL is switched off: no call comes in.", {
                evidence: `Switched off: ${named(off)}.`,
                remedy: "Switch on the one that is to take calls.",
                repair: [only && others.length === 0 ? change(facts, only, { enabled: true }) : undefined],
              })
            : undefined,
          sips.length > 0
            ? warn("An origination URL begins with sips:, of which Twilio's documents say that it is not supported.", {
                evidence: named(sips),
                remedy: "Write it with sip: and ;transport=tls.",
                repair: sips.map((url) => change(facts, url, { sip_url: overTls(url) })),
              })
            : undefined,
        ],
        "",
        off.length > 0 ? `Switched off: ${named(off)}.` : undefined,
      );
    },
  }),
  defineCheck({
    id: "twilio.secure",
    calls: "in",
    appliesTo: ({ directions, trunk }) => directions.has("inbound") && trunk.attributes?.["secure"] === true,
    run: (facts) => {
      const plain = urlsOf(facts).filter((url) => isEnabled(url) && !isTls(url));
      return orPass(
        [
          plain.length > 0
            ? fail("The trunk is secure, and a destination is not asked over TLS.", {
                evidence: `Without transport=tls: ${named(plain)}.`,
                remedy: "Add ;transport=tls, and have the server take TLS with SRTP and SDES keys.",
                repair: plain.map((url) => change(facts, url, { sip_url: overTls(url) })),
              })
            : undefined,
        ],
        "",
      );
    },
  }),
];

function overTls({ destination }: DestinationUri): string {
  return `sip:${destination.replace(/^sips?:/i, "").replace(/;transport=[a-z]+/i, "")};transport=tls`;
}
