import type { UseCase } from "../../../core/carrier/setup.ts";
import { goingOf } from "./going.ts";
import { type Planning, showsOwnPairOnly } from "./planning.ts";
import { whitelistAfter } from "./rows.ts";

type Has = Record<"pstn" | "flow" | "ip" | "login" | "destination", boolean>;
type Need = { field: "numbers" | "ips" | "destinations"; question: string; met(has: Has): boolean };

const needs: Record<UseCase, readonly Need[]> = {
  outbound: [
    { field: "numbers", question: "Outbound calls need a number as their caller id. Which?", met: (has) => has.pstn },
    {
      field: "ips",
      question: "From which static public IPv4 address does the PBX call? Without one, give a user name in credentials.",
      met: (has) => has.ip || has.login,
    },
  ],
  inbound: [
    { field: "numbers", question: "Which number do callers dial?", met: (has) => has.pstn },
    { field: "destinations", question: "Where do inbound calls go, as host:port;transport=tls or tcp?", met: (has) => has.destination },
  ],
  voice_ai: [
    { field: "numbers", question: "Which number belongs to the voice bot? It is mapped in mode flow.", met: (has) => has.flow },
    { field: "ips", question: "From which static public IPv4 address do calls to the voice bot come?", met: (has) => has.ip },
  ],
};

const afterwards: Record<UseCase, (trunkSid: string) => string[]> = {
  outbound: () => [],
  inbound: (trunkSid) => [
    `In Exotel's console, make a flow whose Connect applet dials sip:${trunkSid}, and attach the number to it: no call of its API does that.`,
  ],
  voice_ai: () => ["Have the PBX send the header X-Exotel-AccountSid with every INVITE: StreamKit needs it."],
};

/** Asks for the parts that each use case needs, by the quick starts. */
export function requireParts(planning: Planning): void {
  const { task, wanted, plan } = planning;
  const has = partsAfter(planning);
  const ask = (field: string, question: string) => {
    if (!plan.questions.some((asked) => asked.field === field)) plan.questions.push({ field, question });
  };
  for (const { useCase, at } of wanted.useCases) {
    // A value that breaks a rule is asked about already.
    const given = task.wanted.find((placed) => placed.at === at)?.setup;
    for (const { field, question } of needs[useCase].filter(({ met }) => !met(has))) {
      const said = given?.[field];
      if (said === undefined) ask(`${at}${field}`, `${question} For none yet, pass ${field}: [].`);
      else if (said.length === 0) plan.warnings.push(withoutIt(field, useCase));
    }
    if (plan.steps.length > 0) plan.next.push(...afterwards[useCase](task.trunk?.trunk_id ?? `<trunk_sid of ${task.name}>`));
  }
}

const calls: Record<UseCase, string> = { outbound: "outbound calls", inbound: "inbound calls", voice_ai: "calls to the voice bot" };

/** An empty list is an answer: it is wanted without, for now. */
function withoutIt(field: Need["field"], useCase: UseCase): string {
  return `No ${field === "ips" ? "addresses" : field}, as asked for: ${calls[useCase]} do not pass until there are some.`;
}

/** The trunk as it is once the plan is done. */
function partsAfter(planning: Planning): Has {
  const { live, wanted } = planning;
  const gone = (part: "numbers" | "destinations" | "credentials") => new Set(goingOf(planning, part).map(({ key }) => key));
  const [numbers, destinations, logins] = [gone("numbers"), gone("destinations"), gone("credentials")];
  const modes = new Map(
    live.phone_numbers.filter((row) => !numbers.has(row.phone_number)).map((row) => [row.phone_number, row.mode ?? "pstn"]),
  );
  const modeNow = new Map(live.phone_numbers.map((row) => [row.phone_number, row.mode]));
  for (const { number, mode } of wanted.numbers.values()) modes.set(number, mode ?? modeNow.get(number) ?? "pstn");
  return {
    pstn: [...modes.values()].includes("pstn"),
    flow: [...modes.values()].includes("flow"),
    ip: whitelistAfter(planning).length > 0,
    login: wanted.logins.size > 0 || live.credentials.some((row) => !logins.has(row.user_name)),
    destination: wanted.destinations.size > 0 || live.destination_uris.some((row) => !destinations.has(row.destination)),
  };
}

export function warnOfMixedLogin(planning: Planning): void {
  const { live, wanted, plan } = planning;
  const hasLogin = wanted.logins.size > 0 || (!showsOwnPairOnly(live) && live.credentials.length > 0);
  if (!hasLogin || whitelistAfter(planning).length === 0) return;
  plan.warnings.push("The trunk has whitelisted IPs and logins; Exotel's documents disagree on how the two work together.");
}
