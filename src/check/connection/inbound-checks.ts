import type { Admission } from "../../core/carrier/connection.ts";
import type { CheckStatus, Repair, Verdict } from "../../core/carrier/diagnosis.ts";
import { fail, orPass, unknown, warn } from "../../core/carrier/verdict.ts";
import { quoteText, someOf } from "../../core/text.ts";
import { loginDifference } from "../../rules/connection.ts";
import { formatDestination } from "../../rules/destination.ts";
import { countryOf, mayMean } from "../../rules/phone-number.ts";
import { isCovered } from "../../rules/range.ts";
import {
  carriers,
  each,
  type Link,
  type LinkCheck,
  leadsHere,
  mediaText,
  type Place,
  placesOf,
  platforms,
  type Row,
  reconnect,
  removal,
  takersOf,
  wishOf,
} from "./link.ts";

export const inboundLinkChecks: readonly LinkCheck[] = [
  { id: "conn.host", way: "inbound", run: hostVerdicts },
  { id: "conn.number", way: "inbound", run: numberVerdicts },
  { id: "conn.callers", way: "inbound", run: each(callersVerdict) },
  { id: "conn.media_in", way: "inbound", run: each(mediaVerdict) },
];

function hostVerdicts(link: Link): Verdict[] {
  const { carrier, platform } = link;
  const all = placesOf(carrier.trunk);
  const led = all.filter(({ host }) => leadsHere(link, host));
  if (led.length === 0) {
    const now = someOf(all.map((place) => formatDestination(place))) || "nowhere";
    return [
      warn(`${carriers(link)} does not send its calls to ${platform.title}.`, {
        evidence: `It has ${someOf(link.numbers)}, and sends calls to: ${now}.`,
        remedy: "If an agent is to answer them, plan both ends.",
        repair: [reconnect(link)],
      }),
    ];
  }
  const places = someOf(led.map((place) => formatDestination(place)));
  const behind = link.rows.map((row) => `${platforms(link, row)} -> ${someOf(row.read.leadsTo) || "no rule"}`);
  return orPass(
    led.map((place) => placeVerdict(link, place)),
    "",
    `Calls in: ${carriers(link)} -> ${places} -> ${behind.join("; ") || "no trunk"}${mediaText(link, link.rows)}.`,
  );
}

function placeVerdict(link: Link, place: Place): Verdict | undefined {
  const { platform, numbers } = link;
  const { sipHost, end, title } = platform;
  const evidence = `${carriers(link)} sends its calls to ${quoteText(place.host, 255)}.`;
  if (sipHost === undefined)
    return unknown(`Whether the destination is this project's, is not known: no SIP host of ${title} is configured.`, { evidence });
  if (!end.isHost(place.host, sipHost))
    return fail(`Calls go to the host of another project of ${title}: they end there with 404.`, {
      evidence: `${evidence} This project's host is ${quoteText(sipHost, 255)}.`,
      remedy: "Send them to this project's host.",
      repair: [reconnect(link)],
    });
  const wanted = [...new Set(numbers.map((number) => end.hostFor(sipHost, countryOf(number))))].filter((host) => host !== sipHost);
  if (wanted.length === 0 || wanted.includes(place.host)) return undefined;
  return warn("Calls to these numbers may not leave their country, and the destination names no region.", {
    evidence: `${evidence} The numbers are ${someOf(numbers)}.`,
    remedy: `Send them to ${wanted.map((host) => quoteText(host, 255)).join(" or ")}.`,
    repair: [reconnect(link)],
  });
}

function numberVerdicts(link: Link): Verdict[] {
  const { platform, numbers } = link;
  const untaken = numbers.filter((number) => takersOf(platform.all, number).length === 0);
  const missing = untaken.filter((number) => miswrittenIn(link, number) === undefined);
  return orPass(
    [
      missing.length > 0 ? missingVerdict(link, missing) : undefined,
      ...untaken.map((number) => miswrittenVerdict(link, number)),
      ...numbers.map((number) => doubledVerdict(link, number)),
    ],
    "",
  );
}

function missingVerdict(link: Link, numbers: readonly string[]): Verdict {
  const { title, all } = link.platform;
  return fail(`No trunk of ${title} takes ${someOf(numbers)}: callers are refused with 404.`, {
    evidence: `${carriers(link)} sends its calls there; trunks for calls in there: ${someOf(all.map((row) => quoteText(row.trunk.trunk_name))) || "none"}.`,
    remedy: "Plan both ends again: the trunk, its rule and its agent are made.",
    repair: [reconnect(link)],
  });
}

function miswrittenIn({ platform }: Link, number: string): Row | undefined {
  return platform.all.find(({ trunk: { phone_numbers = [] } }) => phone_numbers.some((row) => mayMean(row.phone_number, number)));
}

function miswrittenVerdict(link: Link, number: string): Verdict | undefined {
  const row = miswrittenIn(link, number);
  if (!row) return undefined;
  const numbers = (row.trunk.phone_numbers ?? []).map(({ phone_number }) => phone_number);
  const meant = numbers.filter((one) => mayMean(one, number));
  const left = [...numbers.filter((one) => !meant.includes(one)), number];
  return fail(`${platforms(link, row)} has ${number} in a form that no call matches.`, {
    evidence: `It has ${someOf(meant.map((one) => quoteText(one)))}; ${carriers(link)} sends calls to ${number}.`,
    remedy: `Write it as ${number}.`,
    repair: [link.platform.end.change(row.trunk, { numbers: left })],
  });
}

/** The one that leads nowhere is to go. Trunks for the calls of some callers only do not count. */
function doubledVerdict(link: Link, number: string): Verdict | undefined {
  const { title, all } = link.platform;
  const rows = all.filter(({ read }) => read.numbers.includes(number) && !read.someCallers);
  if (rows.length < 2) return undefined;
  const whole = rows.map((row) => link.rows.find(({ trunk }) => trunk.trunk_id === row.trunk.trunk_id) ?? row);
  const kept = whole.find(({ read }) => read.leadsTo.length > 0) ?? whole[0];
  return fail(`${rows.length} trunks of ${title} have ${number}: calls to it are refused with 412.`, {
    evidence: `They are ${someOf(rows.map(({ trunk }) => `${quoteText(trunk.trunk_name)} (${trunk.trunk_id})`))}.`,
    remedy: `Keep the one whose rule leads to the agent: ${quoteText(kept?.trunk.trunk_name ?? "")}.`,
    repair: whole.filter((row) => row !== kept).flatMap(({ trunk }) => removal(link, trunk)),
  });
}

/** Whether the platform lets in this carrier's calls, and nobody else's. */
function callersVerdict(link: Link, row: Row): Verdict | undefined {
  const admission = link.carrier.end.inbound.admission(wishOf(link));
  return admission.kind === "login" ? loginVerdict(link, row) : addressVerdict(link, row, admission);
}

function loginVerdict(link: Link, row: Row): Verdict | undefined {
  const asked = row.read.login;
  const { credentials: [own] = [] } = link.carrier.trunk;
  const more = { remedy: "Give both ends the same login.", repair: [reconnect(link)] };
  if (!asked) {
    const isOpen = row.read.addresses.length === 0;
    const has = own ? `${carriers(link)} has the login ${quoteText(own.user_name)}` : `${carriers(link)} has none either`;
    return isOpen
      ? open(link, { ...more, evidence: `${platforms(link, row)} asks for no login and has no addresses; ${has}.` })
      : notListed(link, row);
  }
  if (!own)
    return fail(`${platforms(link, row)} asks for a login, and ${carriers(link)} has none: calls are refused with 401.`, {
      evidence: `It asks for ${quoteText(asked.user_name)}.`,
      ...more,
    });
  const differs = loginDifference(own, asked);
  if (differs === undefined) return undefined;
  return fail("The two ends have different logins: calls are refused with 401 or 403.", {
    evidence:
      differs === "user"
        ? `${carriers(link)} answers as ${quoteText(own.user_name)}; ${platforms(link, row)} asks for ${quoteText(asked.user_name)}.`
        : `Both have the user name ${quoteText(own.user_name)}; ${carriers(link)} has another password for it than ${platforms(link, row)}.`,
    ...more,
  });
}

/** Addresses instead of the login that the carrier would answer with: all of the carrier's have to be there. */
function notListed(link: Link, row: Row): Verdict | undefined {
  const sources = link.carrier.list?.inbound_sources.addresses ?? [];
  const missing = sources.filter((address) => !isCovered(address, row.read.addresses));
  return missing.length === 0 ? undefined : unlisted(link, row, missing, [reconnect(link)]);
}

function addressVerdict(link: Link, row: Row, admission: Exclude<Admission, { kind: "login" }>): Verdict | undefined {
  const { end } = link.platform;
  const { login, addresses } = row.read;
  const sources = admission.kind === "addresses" ? admission.addresses : [];
  const missing = sources.filter((address) => !isCovered(address, addresses));
  const whole = [...addresses, ...missing];
  if (login)
    return fail(`${platforms(link, row)} asks for a login, which ${link.carrier.title} cannot answer: calls are refused with 407.`, {
      evidence: `It asks for ${quoteText(login.user_name)}.`,
      remedy: sources.length > 0 ? "Take the login off, and let in the carrier's addresses instead." : "Take the login off.",
      repair: [end.change(row.trunk, { noLogin: true, ...(missing.length > 0 ? { addresses: whole } : {}) })],
    });
  if (addresses.length === 0) {
    const evidence = `${platforms(link, row)} asks for no login and has no addresses.`;
    if (sources.length > 0)
      return open(link, {
        evidence,
        remedy: "Let in the carrier's addresses alone.",
        repair: [end.change(row.trunk, { addresses: whole })],
      });
    const unlockable = `${link.carrier.title} answers no challenge and publishes no addresses of its calls: its support may name some.`;
    return open(link, { evidence, remedy: unlockable }, "warn");
  }
  return missing.length > 0 ? unlisted(link, row, missing, [end.change(row.trunk, { addresses: whole })]) : undefined;
}

type More = Parameters<typeof fail>[1];

function open({ platform }: Link, more: More, status: CheckStatus = "fail"): Verdict {
  const judge = status === "warn" ? warn : fail;
  return judge(`Anybody may call in who knows the SIP host of ${platform.title} and a number.`, more);
}

function unlisted(link: Link, row: Row, missing: readonly string[], repair: Repair[]): Verdict {
  return fail(`${platforms(link, row)} does not let in every address of ${link.carrier.title}'s calls.`, {
    evidence: `Missing: ${someOf(missing)}. Any of them may bring a call, which is then refused.`,
    remedy: "Let in all of them.",
    repair,
  });
}

function mediaVerdict(link: Link, row: Row): Verdict | undefined {
  const { carrier, platform } = link;
  const own = carrier.diagnosis?.mediaEncryption?.(carrier.trunk);
  if (!own) return undefined;
  const { media } = row.read;
  if (own.encrypted && media === "disable") {
    const wanted = carrier.end.inbound.requiresMedia ? "require" : "allow";
    return fail("The carrier encrypts the sound, and the platform takes none that is encrypted: calls are refused with 488.", {
      evidence: `At ${carriers(link)}, ${own.said}; media_encryption of ${platforms(link, row)} is disable.`,
      remedy: `Set media_encryption to ${wanted}.`,
      repair: [platform.end.change(row.trunk, { media: wanted })],
    });
  }
  if (own.encrypted || media !== "require") return undefined;
  return fail("The platform takes encrypted sound only, and the carrier sends it plain: calls are refused with 488.", {
    evidence: `At ${carriers(link)}, ${own.said}; media_encryption of ${platforms(link, row)} is require.`,
    remedy: "Have the carrier encrypt its calls too: TLS and SRTP.",
    repair: [reconnect(link, { encrypted: true })],
  });
}
