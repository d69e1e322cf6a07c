import type { Question, TrunkTask } from "../../../core/carrier/planner.ts";
import type { UseCase } from "../../../core/carrier/setup.ts";
import { askNumber } from "../../../rules/ask-number.ts";
import { goingOf } from "./rows.ts";
import type { Planning } from "./wanted.ts";

type Has = Record<"number" | "caller" | "destination" | "login", boolean>;
type Need = { field: "numbers" | "ips" | "destinations" | "credentials"; question: string; met(has: Has, planning: Planning): boolean };

const NUMBER: Need = { field: "numbers", question: "Which of the account's numbers is it?", met: (has) => has.number };
const DESTINATION: Need = {
  field: "destinations",
  question:
    "Where do calls in go, as host:port;transport=udp, tcp or tls? A PBX that registers needs options.connection_type credential instead.",
  met: (has, { type }) => has.destination || (type === "credential" && has.login),
};

const needs: Record<UseCase, readonly Need[]> = {
  outbound: [
    { ...NUMBER, question: "Calls out show a number of the account. Which?" },
    {
      field: "ips",
      question: "From which static public address does the PBX call? Without one, give a user name in credentials.",
      met: (has) => has.caller || has.login,
    },
  ],
  inbound: [{ ...NUMBER, question: "Which number do callers dial?" }, DESTINATION],
  voice_ai: [
    { ...NUMBER, question: "Which number belongs to the voice bot?" },
    { ...DESTINATION, question: "Where does the bot's platform take SIP calls, as host:port;transport=tcp or tls?" },
  ],
};

/** Asks for the parts that each use case needs. */
export function requireParts(planning: Planning): void {
  const { task, wanted, plan } = planning;
  const has = partsAfter(planning);
  for (const { useCase, at } of wanted.useCases) {
    // A value that breaks a rule is asked about already.
    const given = task.wanted.find((placed) => placed.at === at)?.setup;
    const missing = needs[useCase].filter(({ field, met }) => !met(has, planning) && !given?.[field]?.length);
    const asked = new Set(plan.questions.map(({ field }) => field));
    plan.questions.push(...missing.map((need) => ask(need, at, task)).filter(({ field }) => !asked.has(field)));
  }
}

function ask({ field, question }: Need, at: string, task: TrunkTask): Question {
  const asked = { field: `${at}${field}`, question };
  return field === "numbers" ? askNumber(task, asked) : asked;
}

/** The trunk as it is once the plan is done. At Telnyx an address of an IP connection calls and is called. */
function partsAfter(planning: Planning): Has {
  const { task, wanted, type } = planning;
  const { phone_numbers = [], destination_uris = [], credentials = [] } = task.trunk ?? {};
  const going = goingOf(planning);
  const addresses = wanted.addresses.size + destination_uris.length - going.addresses.rows.length;
  return {
    number: wanted.numbers.size + phone_numbers.length - going.numbers.rows.length > 0,
    // A connection of host names without a login takes calls from where its hosts are.
    caller: type !== "credential" && addresses > 0,
    destination: addresses > 0,
    login: wanted.logins.size + credentials.length > 0,
  };
}
