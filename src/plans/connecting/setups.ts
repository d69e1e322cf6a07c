import type { WantedConnection } from "../../core/carrier/connection.ts";
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
  /** The outcome in words that name both ends. */
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
    purpose: parts.map(({ purpose }) => purpose),
  };
}

interface Part {
  setups: Setup[];
  purpose: string;
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
  return {
    setups: [...(there ? [there] : []), { ...here, ...(isHostSaid ? { said_host: target.host } : {}) }],
    purpose: `Calls to ${someOf(wish.numbers.map(grouped))} on ${carrier.carrier.provider.title} will be answered by ${who} on ${platform.name}.`,
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
    purpose: `Agents on ${platform.name} will call out over ${carrier.carrier.provider.title}, and show ${someOf(wish.numbers.map(grouped))}.`,
  };
}
