import type { Admission, WantedConnection } from "../../core/carrier/connection.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import { quoteText, someOf } from "../../core/text.ts";
import { loginName } from "../../rules/connection.ts";
import { grouped } from "../../rules/phone-number.ts";
import type { Ends } from "./ends.ts";

/** Trunks of the platform that have the numbers already, or the names of new ones. */
export interface PlatformTrunks {
  inbound: string;
  outbound: string;
  /** The login that the one for calls in has. */
  user?: string | undefined;
}

interface Planned {
  /** In the order in which they are done. */
  setups: Setup[];
  /** The outcome in words that name both ends, and what a person has to know of it before they agree. */
  purpose: string[];
}

/**
 * The setups of both ends. For calls in the platform comes first, so that no caller meets one that is not ready, and the
 * carrier's own planner brings the number last. For calls out the carrier comes first, since its login is needed.
 */
export function connectionSetups(wanted: WantedConnection, ends: Ends, trunks: PlatformTrunks): Planned {
  const { direction = "inbound" } = wanted;
  const parts = [
    ...(direction === "outbound" ? [] : [inbound(wanted, ends, trunks)]),
    ...(direction === "inbound" ? [] : [outbound(ends, trunks.outbound)]),
  ];
  const [first, ...rest] = parts.map(({ setups }) => setups);
  return {
    setups: [...(first ?? []), ...rest.flat()].map((setup): Setup => ({ ...setup, connected: true })),
    purpose: [...parts.map(({ outcome }) => outcome), ...parts.flatMap(({ notes }) => notes)],
  };
}

interface Part {
  setups: Setup[];
  outcome: string;
  notes: string[];
}

function inbound(
  { agent_name, room_prefix }: WantedConnection,
  { carrier, platform, sipHost, isHostSaid, wish }: Ends,
  trunks: PlatformTrunks,
): Part {
  const side = carrier.side.inbound;
  const { encrypted = side.encrypted || !platform.takesTcp } = wish;
  const target = side.target(platform.side.hostFor(sipHost, wish.country), encrypted);
  const admission = side.admission(wish);
  const { inbound: trunk, user = loginName(wish.trunk) } = trunks;
  const there = platform.side.inbound({
    ...{ trunk, numbers: wish.numbers, encrypted, admission, user, requiresMedia: side.requiresMedia ?? false },
    ...{ agentName: agent_name, roomPrefix: room_prefix },
  });
  const login = there && admission.kind === "login" ? { user, of: { provider: platform.id, trunk } } : undefined;
  const here = side.setup(wish, { target, login });
  const who = agent_name === undefined ? "an agent" : `agent ${quoteText(agent_name)}`;
  const steps = [...(side.once === undefined ? [] : [side.once]), ...(there ? [] : [`a person has set up ${platform.title}'s side`])];
  const once = steps.length === 0 ? "" : `, once ${steps.join(" and ")}`;
  return {
    setups: [...(there ? [there] : []), { ...here, ...(isHostSaid ? { said_host: target.host } : {}) }],
    outcome: `Calls to ${someOf(wish.numbers.map(grouped))} on ${carrier.carrier.provider.title} will be answered by ${who} on ${platform.name}${once}.`,
    notes: [
      ...admissionNotes(admission, carrier.carrier.provider.title, platform.title),
      ...(there ? [] : [`Until a person has set up ${platform.title}'s side, callers are not answered.`]),
    ],
  };
}

function outbound({ carrier, platform, sipHost, wish }: Ends, trunk: string): Part {
  const side = carrier.side.outbound;
  const { encrypted = side.encrypted || !platform.takesTcp } = wish;
  const toward = side.toward(wish, encrypted, platform.side.label(sipHost));
  const here = side.setup(wish, toward, platform.ranges);
  const there = platform.side.outbound({ trunk, numbers: wish.numbers, encrypted, country: wish.country, outbound: toward });
  return {
    setups: [here, ...(there ? [there] : [])],
    outcome: `Agents on ${platform.name} will call out over ${carrier.carrier.provider.title}, and show ${someOf(wish.numbers.map(grouped))}.`,
    notes: [...(here.ips?.length ? [rangesNote(carrier.carrier.provider.title, platform.title)] : []), ...(side.notes?.(wish) ?? [])],
  };
}

/** The owner of the addresses that an approval lists, or what lets calls in where there are none. */
function admissionNotes({ kind }: Admission, carrier: string, platform: string): string[] {
  if (kind === "addresses") return [`The addresses that ${platform} lets in are those from which ${carrier} sends calls.`];
  if (kind === "login") return [];
  return [
    `${carrier} answers no challenge and publishes no addresses of its calls, so that whoever knows the host and the number can call the agent. If its support tells the addresses, put them on the trunk at ${platform}.`,
  ];
}

function rangesNote(carrier: string, platform: string): string {
  return `The addresses that ${carrier} lets in are ${platform}'s, which its other customers call from too: the login tells your calls from theirs.`;
}
