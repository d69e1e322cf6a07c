import { isIP, isIPv4 } from "node:net";
import { ASK, type CheckFacts, callsOut, defineCheck, type Repair, type Verdict } from "../core/carrier/diagnosis.ts";
import type { WhitelistedIp } from "../core/carrier/trunk.ts";
import { fail, pass, unknown, warn } from "../core/carrier/verdict.ts";
import { quoteText, someOf } from "../core/text.ts";
import { unusable } from "../rules/address.ts";
import { cidr, isBroad, isCovered, overlapping, toCidr } from "../rules/range.ts";
import { readConfig } from "./read-config.ts";

const entries = ({ trunk }: CheckFacts) => trunk.whitelisted_ips ?? [];
const addresses = (facts: CheckFacts) => entries(facts).filter(({ ip }) => isIP(ip) !== 0);
const hasEntries = (facts: CheckFacts) => entries(facts).length > 0;

export function knowsByAddress(facts: CheckFacts): boolean {
  return callsOut(facts) && facts.admission.by !== "none" && facts.trunk.whitelisted_ips !== undefined;
}

/** Those from which a call can come. */
function usable(facts: CheckFacts): WhitelistedIp[] {
  return addresses(facts).filter(({ ip, mask }) => mask === 0 || unusable(ip, facts.sandbox) === undefined);
}

interface Change {
  add?: readonly string[];
  remove?: readonly WhitelistedIp[];
}

/** A change of the list that leaves somebody in: where nobody would remain, the PBX's own address comes first. */
export function relist(facts: CheckFacts, { add = [], remove = [] }: Change): Repair[] {
  const { trunk, repairs, admission, pbxIp } = facts;
  const stays = usable(facts).some((entry) => !remove.includes(entry)) || admission.logins.length > 0 || add.length > 0;
  const own = pbxIp !== undefined && unusable(pbxIp, facts.sandbox) === undefined ? single(pbxIp) : ASK;
  return repairs.relist?.(trunk, { add: stays ? add : [own], remove }) ?? [];
}

/** The entry that lets in one address. */
export const single = (ip: string) => `${ip}/${isIPv4(ip) ? 32 : 128}`;

interface Wrong {
  entry: WhitelistedIp;
  why: string;
  add?: string;
}

/** One verdict for all entries that a rule objects to, and one repair: each call for itself would leave the others. */
function together(facts: CheckFacts, wrong: readonly Wrong[], judge: typeof fail, title: string, remedy: string): Verdict[] {
  if (wrong.length === 0) return [];
  const remove = wrong.map(({ entry }) => entry);
  const nobody =
    facts.admission.by !== "none" && usable(facts).every((entry) => remove.includes(entry)) ? " Nobody else is on the list." : "";
  return [
    judge(title, {
      evidence: `${someOf(
        wrong.map(({ why }) => why),
        { between: "; " },
      )}.${nobody}`,
      remedy,
      repair: relist(facts, { add: wrong.flatMap(({ add }) => add ?? []), remove }),
    }),
  ];
}

function wrongOf(facts: CheckFacts, judge: (entry: WhitelistedIp) => Omit<Wrong, "entry"> | undefined, from = addresses): Wrong[] {
  return from(facts).flatMap((entry) => {
    const found = judge(entry);
    return found ? [{ entry, ...found }] : [];
  });
}

/** The findings, or the clause that says nothing is wrong. */
const orClause = (verdicts: Verdict[], clause: string) => (verdicts.length > 0 ? verdicts : [pass(clause)]);

/** The list as a person reads it. */
export function listText(facts: CheckFacts): string {
  const list = entries(facts).map((entry) => (isIP(entry.ip) === 0 ? quoteText(cidr(entry)) : cidr(entry)));
  return list.length === 0 ? "no entries" : someOf(list);
}

/** The addresses that calls would come from, as far as anybody said. One in a file that is not public is told as that. */
function callers({ pbxIp, config, sandbox }: CheckFacts): { ip: string; of: string }[] {
  const { announced } = readConfig(config ?? "");
  const isOther = announced !== undefined && isIP(announced) !== 0 && announced !== pbxIp && unusable(announced, sandbox) === undefined;
  return [
    ...(pbxIp === undefined ? [] : [{ ip: pbxIp, of: "the PBX's address" }]),
    ...(isOther ? [{ ip: announced, of: "the address in the configuration" }] : []),
  ];
}

function callerVerdict(facts: CheckFacts, { ip, of }: { ip: string; of: string }): Verdict {
  const title = `${ip}, ${of}, is in no entry of the whitelist.`;
  const reason = unusable(ip, facts.sandbox);
  if (reason !== undefined)
    return fail(title, {
      evidence: `It is ${reason}; the entries are: ${listText(facts)}.`,
      remedy: "Find out from which public address it calls, and whitelist that.",
      repair: relist(facts, { add: [ASK] }),
    });
  if (isCovered(ip, addresses(facts).map(cidr))) return pass(`${of} ${ip} listed`);
  const { logins } = facts.admission;
  const more = { evidence: `The entries are: ${listText(facts)}.`, repair: relist(facts, { add: [single(ip)] }) };
  if (logins.length > 0) return warn(title, { ...more, remedy: `Whitelist it, unless the PBX logs in as ${quoteText(logins[0] ?? "")}.` });
  return fail(title, { ...more, remedy: "Whitelist it." });
}

function onlyLogin(logins: readonly string[]): Verdict {
  const clause = `only the login ${logins.map((login) => quoteText(login)).join(", ")} lets calls in`;
  return pass(clause, `No address that could call is listed: ${clause}.`);
}

export const accessChecks = [
  defineCheck({
    id: "acl.present",
    calls: "out",
    appliesTo: knowsByAddress,
    run: (facts) => {
      const { by, logins } = facts.admission;
      if (usable(facts).length > 0) return [pass("", `The whitelist: ${listText(facts)}.`)];
      if (by === "either" && logins.length > 0) return [onlyLogin(logins)];
      // Entries from which no call can come are told by the checks that object to them.
      if (hasEntries(facts)) return [];
      return [
        fail("Nobody may place calls over the trunk.", {
          evidence: by === "either" ? "No address is whitelisted and no login was created." : "No address is whitelisted.",
          remedy: `Whitelist the public address that places the calls${by === "either" ? ", or create a login where it has no fixed one" : ""}.`,
          repair: relist(facts, {}),
        }),
      ];
    },
  }),
  defineCheck({
    id: "acl.pbx",
    calls: "out",
    // An empty list is told as that.
    appliesTo: (facts) => knowsByAddress(facts) && (hasEntries(facts) || facts.admission.logins.length > 0),
    run: (facts) => callers(facts).map((caller) => callerVerdict(facts, caller)),
  }),
  defineCheck({
    id: "acl.fqdn",
    calls: "out",
    appliesTo: hasEntries,
    run: (facts) => {
      const wrong = wrongOf(facts, ({ ip }) => (isIP(ip) === 0 ? { why: `${quoteText(ip)} is on the list` } : undefined), entries);
      return orClause(together(facts, wrong, fail, "A whitelist entry is no address.", "Whitelist the static address behind it."), "");
    },
  }),
  defineCheck({
    id: "acl.public",
    calls: "out",
    appliesTo: hasEntries,
    run: (facts) => {
      const wrong = wrongOf(facts, (entry) => {
        const reason = unusable(entry.ip, true);
        return reason === undefined || entry.mask === 0 ? undefined : { why: `${cidr(entry)} is ${reason}` };
      });
      const remedy = "Whitelist the public address that the carrier sees, then remove this one.";
      return orClause(together(facts, wrong, fail, "A whitelisted address is not public.", remedy), "public");
    },
  }),
  defineCheck({
    id: "acl.doc",
    calls: "out",
    appliesTo: (facts) => hasEntries(facts) && !facts.sandbox,
    run: (facts) => {
      const wrong = wrongOf(facts, (entry) =>
        unusable(entry.ip, true) === undefined && unusable(entry.ip, false) !== undefined
          ? { why: `${cidr(entry)} is reserved for documentation and stands for your own` }
          : undefined,
      );
      const remedy = "Whitelist the public address that calls come from, then remove this one.";
      return orClause(together(facts, wrong, fail, "A whitelisted address is an example from a manual.", remedy), "");
    },
  }),
  defineCheck({
    id: "acl.broad",
    calls: "out",
    appliesTo: hasEntries,
    run: (facts) => {
      const wrong = wrongOf(facts, (entry) =>
        // Those of a platform that places these calls stand there on purpose.
        isBroad(cidr(entry)) && !facts.connection?.ranges.includes(cidr(entry))
          ? {
              why: `${cidr(entry)} is ${isIPv4(entry.ip) ? `${2 ** (32 - entry.mask)} addresses` : "an IPv6 range"}, each may place calls at your cost`,
            }
          : undefined,
      );
      // In IPv6 a whole provider has a /32.
      const isWorld = ({ entry }: Wrong) => entry.mask < (isIPv4(entry.ip) ? 16 : 32);
      const title = "A whitelist entry lets in more hosts than one site has.";
      const remedy = "Whitelist single addresses, then remove this entry.";
      return orClause(
        [
          ...together(facts, wrong.filter(isWorld), fail, title, remedy),
          ...together(
            facts,
            wrong.filter((one) => !isWorld(one)),
            warn,
            title,
            remedy,
          ),
        ],
        "narrow",
      );
    },
  }),
  defineCheck({
    id: "acl.overlap",
    calls: "out",
    appliesTo: (facts) => entries(facts).length > 1,
    run: (facts) => {
      const all = addresses(facts).map(cidr);
      // Of two entries the narrower one does nothing.
      const wrong = wrongOf(facts, (entry) => {
        const others = overlapping(cidr(entry), all).filter((other) => isCovered(cidr(entry), [other]));
        return others.length === 0 ? undefined : { why: `${cidr(entry)} lies within ${others.join(", ")}` };
      });
      const remedy = "Remove the one that is not meant; what remains decides who may call.";
      return orClause(together(facts, wrong, warn, "A whitelist entry lies within another.", remedy), "without overlap");
    },
  }),
  defineCheck({
    id: "acl.hostbits",
    calls: "out",
    appliesTo: hasEntries,
    run: (facts) => {
      const wrong = wrongOf(facts, (entry) => {
        const network = toCidr(cidr(entry));
        const isWhole = network === toCidr(single(entry.ip)) || network.startsWith(`${entry.ip}/`);
        return isWhole ? undefined : { why: `${cidr(entry)} lets in ${network}`, add: single(entry.ip) };
      });
      const remedy = "Whitelist the one address that is meant, then remove the range.";
      return orClause(together(facts, wrong, warn, "A whitelist entry is an address inside a range, not a range.", remedy), "");
    },
  }),
  defineCheck({
    id: "acl.platform",
    calls: "out",
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
  const { platform, admission } = facts;
  if (platform === undefined) return unknown("No platform is named.");
  if (platform.egress.length === 0) {
    if (admission.logins.length > 0) return pass(`${platform.title} publishes no addresses and has a login`);
    return warn(`${platform.title} publishes no addresses to whitelist.`, {
      evidence: "The trunk has no login of its own.",
      remedy: platform.ask,
    });
  }
  const list = addresses(facts).map(cidr);
  const missing = platform.egress.map((region) => ({ ...region, open: region.addresses.filter((address) => !isCovered(address, list)) }));
  // A platform calls from one region; all addresses of that one are needed.
  const covered = ({ addresses: all, open }: (typeof missing)[number]) => (open.length === 0 ? Infinity : all.length - open.length);
  const nearest = missing.sort((a, b) => covered(b) - covered(a))[0];
  if (!nearest || nearest.open.length === 0) return pass(`every address of ${platform.title} listed`);
  if (admission.by === "either" && admission.logins.length > 0) return pass(`${platform.title} can use a login`);
  const areSingle = nearest.open.every((address) => address.endsWith("/32"));
  return fail(`${platform.title} calls from addresses that are not whitelisted.`, {
    evidence: `Missing${nearest.region ? ` (${nearest.region})` : ""}: ${nearest.open.join(", ")}. ${platform.ask}`,
    remedy: areSingle
      ? "Whitelist every one of them: any may place the call."
      : `${wideRemedies[admission.by]} Ranges this wide let in the platform's other customers.`,
    repair: areSingle ? relist(facts, { add: nearest.open }) : [],
  });
}
