import type { PlatformValues } from "../../core/carrier/connection.ts";
import { ASK, type Verdict } from "../../core/carrier/diagnosis.ts";
import { chosenLogins } from "../../core/carrier/directions.ts";
import { type Gateway, gatewaysFor } from "../../core/carrier/gateway.ts";
import { fail, orPass, warn } from "../../core/carrier/verdict.ts";
import { quoteText, someOf } from "../../core/text.ts";
import { loginDifference } from "../../rules/connection.ts";
import { cidr, isCovered } from "../../rules/range.ts";
import { carriers, each, type Link, type LinkCheck, mediaText, ownRows, platforms, type Row, reconnect, removal, wishOf } from "./link.ts";

export const outboundLinkChecks: readonly LinkCheck[] = [
  { id: "conn.gateway", way: "outbound", run: gatewayVerdicts },
  { id: "conn.caller_id", way: "outbound", run: each(callerIdVerdict) },
  { id: "conn.login", way: "outbound", run: each(loginVerdict) },
  { id: "conn.headers", way: "outbound", run: each(headersVerdict) },
  { id: "conn.media_out", way: "outbound", run: each(mediaVerdict) },
  { id: "conn.ranges", way: "outbound", run: rangesVerdicts },
  { id: "conn.double", way: "outbound", run: doubleVerdicts },
];

function toward(link: Link, row: Row) {
  const { end, sipHost } = link.platform;
  const encrypted = row.read.gateway?.transport === undefined ? link.carrier.end.outbound.encrypted : row.read.gateway.transport === "tls";
  return link.carrier.end.outbound.toward(wishOf(link), encrypted, sipHost === undefined ? "" : end.label(sipHost));
}

const usualPort = (transport: string) => (transport === "tls" ? 5061 : 5060);
const written = ({ host, port }: { host: string; port?: number | undefined }) => `${host}${port === undefined ? "" : `:${port}`}`;

function gatewayVerdicts(link: Link): Verdict[] {
  const ways = ownRows(link).map((row) => `${platforms(link, row)} -> ${row.trunk.destination_uris?.[0]?.destination ?? "nowhere"}`);
  return orPass(
    ownRows(link).map((row) => gatewayVerdict(link, row)),
    "",
    `Calls out: ${ways.join("; ")} -> ${carriers(link)}${mediaText(link, ownRows(link))}.`,
  );
}

function gatewayVerdict(link: Link, row: Row): Verdict | undefined {
  const { gateway } = row.read;
  if (!gateway) return undefined;
  const { list, trunk, end, title } = link.carrier;
  const known = (list ? gatewaysFor(list, trunk.domain_name) : []).filter((one) => one.role === "outbound" && one.host === gateway.host);
  const evidence = `${platforms(link, row)} calls ${quoteText(written(gateway), 300)}, transport ${gateway.transport ?? "auto"}.`;
  const change = (values: PlatformValues) => [link.platform.end.change(row.trunk, values)];
  if (gateway.transport === undefined) {
    const transport = known.find(({ port }) => port === gateway.port)?.transport ?? toward(link, row).gateway.transport;
    return warn("The transport is left to chance, and with it the port was ignored once.", {
      evidence,
      remedy: `Set the transport to ${transport}.`,
      repair: change({ transport }),
    });
  }
  if (end.outbound.refusesPort && gateway.port !== undefined)
    return fail(`${title}'s gateway is to be named without a port: with one, calls were refused with 503.`, {
      evidence,
      remedy: `Name it as ${gateway.host}.`,
      repair: change({ address: gateway.host }),
    });
  const right = documented(known, gateway.port ?? usualPort(gateway.transport), gateway.transport);
  if (!right) return undefined;
  return fail(`${title} takes no calls there.`, {
    evidence: `${evidence} Documented: ${someOf(known.map((one) => `${written(one)} over ${one.transport}`))}.`,
    remedy: "Use a documented port with its transport.",
    repair: change({ transport: right.transport, address: written(right) }),
  });
}

/** The nearest of the documented places, where the one in use is none of them. */
function documented(known: readonly Gateway[], port: number, transport: string): Gateway | undefined {
  if (known.some((one) => one.port === port && one.transport === transport)) return undefined;
  return known.find((one) => one.transport === transport) ?? known[0];
}

function callerIdVerdict(link: Link, row: Row): Verdict | undefined {
  const { trunk, diagnosis } = link.carrier;
  if (trunk.phone_numbers === undefined) return undefined;
  const own = link.numbers;
  const { anyNumber, numbers } = row.read;
  const repair = [link.platform.end.change(row.trunk, { numbers: own.length > 0 ? own : [ASK] })];
  const evidence = `${platforms(link, row)} shows ${someOf(numbers.map((one) => quoteText(one))) || "*"}; ${carriers(link)} has ${someOf(own) || "no number"}.`;
  if (anyNumber)
    return warn("No caller id is set: each call has to bring its own, and without one shows *.", {
      evidence,
      remedy: "Name the carrier's number.",
      repair,
    });
  // Some carriers let an account show any number that it has; of those only the form tells.
  const isForeign = (number: string) => (diagnosis?.needsNumbers ? !own.includes(number) : !/^\+[1-9]\d{6,14}$/.test(number));
  const foreign = numbers.filter(isForeign);
  if (foreign.length === 0) return undefined;
  return fail(`A caller id is no number of the carrier's trunk: ${someOf(foreign.map((one) => quoteText(one)))}.`, {
    evidence,
    remedy: "Show a number of that trunk; a login or an extension is no caller id.",
    repair,
  });
}

function loginVerdict(link: Link, row: Row): Verdict | undefined {
  const credentials = chosenLogins(link.carrier.trunk);
  const [first] = credentials;
  const { login } = row.read;
  if (!first) return undefined;
  const own = credentials.find(({ user_name }) => user_name === login?.user_name);
  const differs = login && own ? loginDifference(login, own) : "user";
  if (differs === undefined) return undefined;
  const has = someOf(credentials.map(({ user_name }) => quoteText(user_name)));
  return fail("The platform calls with a login that the carrier's trunk does not have: calls are refused with 401 or 403.", {
    evidence:
      differs === "password"
        ? `${platforms(link, row)} has another password for ${quoteText(first.user_name)} than ${carriers(link)}.`
        : `${platforms(link, row)} has ${login ? `the login ${quoteText(login.user_name)}` : "no login"}; ${carriers(link)} has ${has}.`,
    remedy: "Give both ends the same login.",
    repair: [reconnect(link)],
  });
}

/** Headers by which the carrier tells whose call it is: each holds the login. */
function headersVerdict(link: Link, row: Row): Verdict | undefined {
  const { headers } = row.read;
  const wanted = Object.keys(toward(link, row).headers ?? {});
  const users = chosenLogins(link.carrier.trunk).map(({ user_name }) => user_name);
  const user = row.read.login?.user_name ?? users[0];
  const missing = wanted.filter((name) => !users.includes(headerOf(headers, name) ?? ""));
  if (user === undefined || missing.length === 0) return undefined;
  const kept = Object.entries(headers).filter(([name]) => !missing.some((one) => one.toLowerCase() === name.toLowerCase()));
  return fail(`Calls do not carry ${someOf(missing)}, by which ${link.carrier.title} knows its customer.`, {
    evidence: `Headers of ${platforms(link, row)}: ${someOf(Object.entries(headers).map(([name, value]) => quoteText(`${name}: ${value}`))) || "none"}.`,
    remedy: `Set ${someOf(missing)} to ${quoteText(user)}.`,
    repair: [
      link.platform.end.change(row.trunk, {
        headers: { ...Object.fromEntries(kept), ...Object.fromEntries(missing.map((name) => [name, user])) },
      }),
    ],
  });
}

function headerOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];
}

function mediaVerdict(link: Link, row: Row): Verdict | undefined {
  const own = link.carrier.diagnosis?.mediaEncryption?.(link.carrier.trunk);
  const { media } = row.read;
  if (!own || media === "allow" || own.encrypted === (media === "require")) return undefined;
  const wanted = own.encrypted ? "require" : "disable";
  return fail("One end encrypts the sound, and the other does not: calls are refused with 488.", {
    evidence: `At ${carriers(link)}, ${own.said}; media_encryption of ${platforms(link, row)} is ${media}.`,
    remedy: own.encrypted ? "Encrypt at the platform too." : "Encrypt at both ends, or at neither.",
    repair: [own.encrypted ? link.platform.end.change(row.trunk, { media: wanted }) : reconnect(link, { encrypted: true })],
  });
}

/** A carrier that admits by address alone has to admit the platform's addresses. */
function rangesVerdicts(link: Link): Verdict[] {
  const { carrier, platform } = link;
  const { trunk, diagnosis } = carrier;
  if (diagnosis?.admission(trunk).by !== "addresses" || trunk.whitelisted_ips === undefined) return orPass([], "");
  const listed = trunk.whitelisted_ips.map(cidr);
  const missing = platform.ranges.filter((range) => !isCovered(range, listed));
  return orPass(
    [
      missing.length > 0
        ? fail(`${carriers(link)} does not let in every address from which ${platform.title} calls.`, {
            evidence: `Missing: ${someOf(missing)}.`,
            remedy: "Let in all of them: any may place the call. Others call from there too, so keep the login and the limits.",
            repair: diagnosis.repairs.relist?.(trunk, { add: missing, remove: [] }) ?? [],
          })
        : undefined,
    ],
    "",
  );
}

/** Two trunks that do the same: the app names one, and somebody changes the other. */
function doubleVerdicts(link: Link): Verdict[] {
  const [first, ...others] = link.rows;
  const same = first ? others.filter((other) => isSame(first, other)) : [];
  if (!first || same.length === 0) return orPass([], "");
  const one = removal(link, first.trunk).at(-1);
  return [
    warn(`${same.length + 1} trunks of ${link.platform.title} are for the same calls.`, {
      evidence: `${someOf([first, ...same].map(({ trunk }) => `${quoteText(trunk.trunk_name)} (${trunk.trunk_id})`))} have one gateway and one caller id. Which of them calls, the app says.`,
      remedy: "Ask the person which id the app names, and delete the others.",
      repair: one ? [{ tool: one.tool, arguments: { ...one.arguments, trunk_id: ASK } }] : [],
    }),
  ];
}

function isSame({ read: one }: Row, { read: other }: Row): boolean {
  return one.gateway?.host === other.gateway?.host && one.numbers.some((number) => other.numbers.includes(number));
}
