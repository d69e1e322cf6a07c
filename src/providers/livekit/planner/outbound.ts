import { canonicalJson } from "../../../core/canonical.ts";
import type { TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { quoteText } from "../../../core/text.ts";
import { readDestination } from "../../../rules/destination.ts";
import { note } from "../../../rules/findings.ts";
import type { NewOutbound } from "../fields.ts";
import { checkNewOutbound } from "../input-rules.ts";
import { transports } from "../json.ts";
import { loginOf } from "./changes.ts";
import type { Wanted } from "./options.ts";
import { placed } from "./placed.ts";

export function planNewOutbound({ name, sandbox }: TrunkTask, wanted: Wanted, plan: TrunkPlan): void {
  const gateway = gatewayOf(wanted, plan, true);
  if (wanted.numbers.size === 0)
    plan.questions.push({ field: `${wanted.at}numbers`, question: "Which number of the carrier do calls show, in E.164?" });
  const { media_encryption, destination_country, from_host, headers } = wanted.options;
  const login = loginOf(undefined, wanted, plan);
  if (!gateway || plan.questions.length > 0) return;
  const input: NewOutbound = {
    name,
    ...gateway,
    numbers: [...wanted.numbers.keys()],
    ...login,
    media_encryption: media_encryption ?? (gateway.transport === "tls" ? "require" : "disable"),
    ...(destination_country === undefined ? {} : { destination_country }),
    ...(from_host === undefined ? {} : { from_host }),
    ...(headers === undefined ? {} : { headers }),
  };
  note(
    plan,
    checkNewOutbound(input, sandbox).map((finding) => placed(finding, wanted)),
  );
  plan.steps.push({
    tool: "livekit_create_outbound_trunk",
    arguments: { ...input },
    effect: "create",
    reason: "There is no trunk of this name.",
  });
  plan.next.push(
    `Your app places a call with CreateSIPParticipant and sip_trunk_id <trunk_id of ${name}>; without an agent in the same room the callee hears silence.`,
  );
}

/** The gateway of a trunk, where another one is wanted than it has. */
export function changedGateway({ destination_uris = [] }: TrunkDetail, wanted: Wanted, plan: TrunkPlan): object {
  const gateway = gatewayOf(wanted, plan, false);
  if (!gateway) return {};
  const [now] = destination_uris;
  const [said = ""] = wanted.destinations.keys();
  if (now && canonicalJson(readDestination(now.destination)) === canonicalJson(readDestination(said))) {
    plan.unchanged.push({ kind: "destination", value: now.destination });
    return {};
  }
  return gateway;
}

function gatewayOf({ destinations, at }: Wanted, plan: TrunkPlan, isNeeded: boolean) {
  const [first, ...others] = [...destinations];
  for (const [, field] of others) plan.questions.push({ field, question: "An outbound trunk of LiveKit has one gateway. Which?" });
  if (!first) {
    if (isNeeded)
      plan.questions.push({
        field: `${at}destinations`,
        question: "Which gateway of the carrier takes the calls? find_gateway names them.",
      });
    return undefined;
  }
  const [text, field] = first;
  // Without a port LiveKit takes the usual one of the transport.
  const [, address, transport] = /^(?:sip:)?([^\s:;@/]+(?::\d{1,5})?);transport=([a-z]+)$/i.exec(text.trim()) ?? [];
  const known = transports.find((one) => one !== "auto" && one === transport?.toLowerCase()) as NewOutbound["transport"] | undefined;
  if (address !== undefined && known !== undefined) return { address: address.toLowerCase(), transport: known };
  plan.questions.push({
    field,
    question: `${quoteText(text)} is not of the form host:port;transport=tls, tcp or udp. Which gateway is meant?`,
  });
  return undefined;
}
