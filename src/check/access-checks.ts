import { isIP, isIPv4 } from "node:net";
import { type CheckFacts, callsOut, defineCheck, type Repair, type Verdict } from "../core/carrier/diagnosis.ts";
import type { WhitelistedIp } from "../core/carrier/trunk.ts";
import { fail, orPass, pass, unknown, warn } from "../core/carrier/verdict.ts";
import { quoteText } from "../core/text.ts";
import { unusable } from "../rules/address.ts";
import { cidr, isBroad, isCovered, overlapping, toCidr } from "../rules/range.ts";

const entries = ({ trunk }: CheckFacts) => trunk.whitelisted_ips ?? [];
const addresses = (facts: CheckFacts) => entries(facts).filter(({ ip }) => isIP(ip) !== 0);
const hasEntries = (facts: CheckFacts) => entries(facts).length > 0;

/** One verdict for each entry that a rule objects to. */
function perEntry(facts: CheckFacts, judge: (entry: WhitelistedIp) => Verdict | undefined, title: string): Verdict[] {
  return orPass(addresses(facts).map(judge), title);
}

const unlist = ({ trunk, repairs }: CheckFacts, entry: WhitelistedIp): Repair | undefined => repairs.unlist?.(trunk, entry);

export const accessChecks = [
  defineCheck({
    id: "acl.present",
    appliesTo: (facts) => callsOut(facts) && facts.admission.by !== "none" && facts.trunk.whitelisted_ips !== undefined,
    run: (facts) => {
      const { by, logins } = facts.admission;
      if (hasEntries(facts)) return [pass("Addresses are whitelisted.")];
      if (by === "either" && logins.length > 0) return [pass("The trunk has a login.")];
      return [
        fail("Nobody may place calls over the trunk.", {
          evidence: by === "either" ? "No address is whitelisted and no login was created." : "No address is whitelisted.",
          remedy:
            by === "either"
              ? "Whitelist the public address of the PBX, or create a login for a platform without a fixed one."
              : "Add the public address of the PBX to allowed_sip_ips.",
        }),
      ];
    },
  }),
  defineCheck({
    id: "acl.fqdn",
    appliesTo: hasEntries,
    run: (facts) =>
      orPass(
        entries(facts).map((entry) =>
          isIP(entry.ip) !== 0
            ? undefined
            : fail("A whitelist entry is no address.", {
                evidence: `${quoteText(entry.ip)} is on the list.`,
                remedy: "A whitelist takes addresses: outbound calls need a static one.",
                repair: [unlist(facts, entry)],
              }),
        ),
        "Every whitelist entry is an address.",
      ),
  }),
  defineCheck({
    id: "acl.public",
    appliesTo: hasEntries,
    run: (facts) =>
      perEntry(
        facts,
        (entry) => {
          const reason = unusable(entry.ip, true);
          return reason === undefined || entry.mask === 0
            ? undefined
            : fail("A whitelisted address is not public.", {
                evidence: `${cidr(entry)}: ${reason}.`,
                remedy: "Whitelist the public address that the carrier sees, and remove this entry.",
                repair: [unlist(facts, entry)],
              });
        },
        "Whitelisted addresses are public.",
      ),
  }),
  defineCheck({
    id: "acl.doc",
    appliesTo: (facts) => hasEntries(facts) && !facts.sandbox,
    run: (facts) =>
      perEntry(
        facts,
        (entry) =>
          unusable(entry.ip, true) === undefined && unusable(entry.ip, false) !== undefined
            ? fail("A whitelisted address is an example from a manual.", {
                evidence: `${cidr(entry)} is reserved for documentation and stands for your own.`,
                remedy: "Whitelist your PBX's own public address, and remove this entry.",
                repair: [unlist(facts, entry)],
              })
            : undefined,
        "No whitelisted address is an example.",
      ),
  }),
  defineCheck({
    id: "acl.broad",
    appliesTo: hasEntries,
    run: (facts) =>
      perEntry(
        facts,
        (entry) => {
          if (!isBroad(cidr(entry))) return undefined;
          const everyone = entry.mask < 16 && isIPv4(entry.ip);
          return (everyone ? fail : warn)("A whitelist entry lets in more hosts than one site has.", {
            evidence: `${cidr(entry)} is ${isIPv4(entry.ip) ? `${2 ** (32 - entry.mask)} addresses` : "an IPv6 range"}: each may place calls at your cost.`,
            remedy: "Whitelist single addresses, and remove this entry.",
            repair: [unlist(facts, entry)],
          });
        },
        "No whitelist entry is broad.",
      ),
  }),
  defineCheck({
    id: "acl.overlap",
    appliesTo: (facts) => entries(facts).length > 1,
    run: (facts) => {
      const all = addresses(facts).map(cidr);
      return perEntry(
        facts,
        (entry) => {
          // Of two entries the narrower one does nothing.
          const others = overlapping(cidr(entry), all).filter((other) => isCovered(cidr(entry), [other]));
          return others.length === 0
            ? undefined
            : warn("A whitelist entry lies within another.", {
                evidence: `${cidr(entry)} lies within ${others.join(", ")}.`,
                remedy: "Remove the one that is not meant; what remains decides who may call.",
                repair: [unlist(facts, entry)],
              });
        },
        "Whitelist entries do not overlap.",
      );
    },
  }),
  defineCheck({
    id: "acl.hostbits",
    appliesTo: hasEntries,
    run: (facts) =>
      perEntry(
        facts,
        (entry) => {
          const network = toCidr(cidr(entry));
          return network === toCidr(`${entry.ip}/${isIPv4(entry.ip) ? 32 : 128}`) || network.startsWith(`${entry.ip}/`)
            ? undefined
            : warn("A whitelist entry is an address inside a range, not a range.", {
                evidence: `${cidr(entry)} lets in ${network}.`,
                remedy: "Remove it, and whitelist the one address that is meant with mask 32.",
                repair: [...(facts.repairs.whitelist?.(facts.trunk, [`${entry.ip}/32`]) ?? []), unlist(facts, entry)],
              });
        },
        "Whitelist entries begin at their ranges.",
      ),
  }),
  defineCheck({
    id: "acl.platform",
    appliesTo: (facts) => callsOut(facts) && facts.platform !== undefined && facts.trunk.whitelisted_ips !== undefined,
    run: (facts) => [platformVerdict(facts)],
  }),
];

/** Advice by how the carrier knows its callers: without a login, the address has to be one's own. */
const wideRemedies: Record<CheckFacts["admission"]["by"], string> = {
  either: "Use a login instead.",
  addresses: "Ask the platform for fixed addresses, or put an SBC of your own between, and list its address.",
  none: "Ask the carrier how it knows its callers.",
};

function platformVerdict(facts: CheckFacts): Verdict {
  const { platform, admission, trunk, repairs } = facts;
  if (platform === undefined) return unknown("No platform is named.");
  if (platform.egress.length === 0) {
    if (admission.logins.length > 0) return pass(`${platform.title} publishes no addresses; the trunk has a login.`);
    return warn(`${platform.title} publishes no addresses to whitelist.`, {
      evidence: "The trunk has no login of its own.",
      remedy: `${platform.ask}`,
    });
  }
  const list = addresses(facts).map(cidr);
  const missing = platform.egress.map((region) => ({ ...region, open: region.addresses.filter((address) => !isCovered(address, list)) }));
  // A platform calls from one region; all addresses of that one are needed.
  const covered = ({ addresses: all, open }: (typeof missing)[number]) => (open.length === 0 ? Infinity : all.length - open.length);
  const nearest = missing.sort((a, b) => covered(b) - covered(a))[0];
  if (!nearest || nearest.open.length === 0) return pass(`Every address of ${platform.title} is whitelisted.`);
  if (admission.by === "either" && admission.logins.length > 0) return pass(`${platform.title} can use the trunk's login.`);
  const single = nearest.open.every((address) => address.endsWith("/32"));
  const calls = repairs.whitelist?.(trunk, nearest.open);
  return fail(`${platform.title} calls from addresses that are not whitelisted.`, {
    evidence: `Missing${nearest.region ? ` (${nearest.region})` : ""}: ${nearest.open.join(", ")}. ${platform.ask}`,
    remedy: single
      ? "Whitelist every one of them: any may place the call."
      : `${wideRemedies[admission.by]} Ranges this wide let in the platform's other customers.`,
    repair: single ? calls : [],
  });
}
