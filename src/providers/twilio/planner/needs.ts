import type { Question } from "../../../core/carrier/planner.ts";
import type { UseCase } from "../../../core/carrier/setup.ts";
import { askNumber } from "../../../rules/ask-number.ts";
import { goingOf } from "../../../rules/planned-rows.ts";
import { goingIps } from "./lists.ts";
import type { Planning } from "./wanted.ts";

type Has = Record<"domain" | "ip" | "login" | "number" | "destination", boolean>;
type Need = { field: "numbers" | "ips" | "destinations" | "options.domain_name"; question: string; met(has: Has): boolean };

const domain: Need = {
  field: "options.domain_name",
  question:
    "To which domain does the PBX send calls, like acme.pstn.twilio.com? No trunk of any Twilio account may have it yet; without one no call can be placed.",
  met: (has) => has.domain,
};
const number: Need = { field: "numbers", question: "Which number do callers dial?", met: (has) => has.number };

const needs: Record<UseCase, readonly Need[]> = {
  outbound: [
    domain,
    {
      field: "ips",
      question: "From which static public IPv4 address does the PBX call? Without one, give a user name in credentials.",
      met: (has) => has.ip || has.login,
    },
  ],
  inbound: [
    number,
    { field: "destinations", question: "Where do calls in go, as host:port;transport=tls or tcp?", met: (has) => has.destination },
  ],
  voice_ai: [
    number,
    {
      field: "destinations",
      question: "Where does the voice platform take calls, as host;transport=tls or tcp?",
      met: (has) => has.destination,
    },
    // A platform that calls out has a login, and sends it to the domain.
    { ...domain, met: (has) => has.domain || !(has.login || has.ip) },
  ],
};

/** Asks for the parts that each use case needs. */
export function requireParts(planning: Planning): void {
  const { task, wanted, plan } = planning;
  const has = partsAfter(planning);
  for (const { useCase, at } of wanted.useCases) {
    // A value that breaks a rule is asked about already.
    const setup = task.wanted.find((placed) => placed.at === at)?.setup;
    const isGiven = (field: Need["field"]) => (field === "options.domain_name" ? false : (setup?.[field]?.length ?? 0) > 0);
    const missing = needs[useCase].filter(({ field, met }) => !met(has) && !isGiven(field));
    plan.questions.push(...missing.map((need) => ask(need, at, task)));
  }
  if (has.ip && has.login)
    plan.warnings.push("The trunk has an IP list and logins, and Twilio asks for both: a call needs an allowed address and a login.");
}

function ask({ field, question }: Need, at: string, task: Planning["task"]): Question {
  const asked = { field: `${at}${field}`, question };
  return field === "numbers" ? askNumber(task, asked) : asked;
}

/** The trunk as it is once the plan is done. */
function partsAfter(planning: Planning): Has {
  const { live, wanted, task } = planning;
  const left = (part: "credentials" | "numbers" | "destinations", count: number) => count > goingOf(planning, part).length;
  return {
    domain: (wanted.options.get("domain_name")?.value ?? task.trunk?.domain_name ?? "") !== "",
    ip: wanted.ips.size > 0 || live.whitelisted_ips.length > goingIps(planning).length,
    login: wanted.logins.size > 0 || left("credentials", live.credentials.length),
    number: wanted.numbers.size > 0 || left("numbers", live.phone_numbers.length),
    destination: wanted.destinations.size > 0 || left("destinations", live.destination_uris.length),
  };
}
