import type { WantedConnection } from "../../core/carrier/connection.ts";
import type { Question } from "../../core/carrier/planner.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import { quoteText } from "../../core/text.ts";
import type { ToolResult } from "../../core/tool.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { makePlan } from "../planning/make-plan.ts";
import { type Live, observe } from "../planning/observe.ts";
import type { Planned } from "../planning/plan-content.ts";
import type { PlacedSetup } from "../planning/read-setups.ts";
import { storePlanned } from "../running/make-and-store.ts";
import { disconnection } from "./disconnect.ts";
import { type Ends, findEnds } from "./ends.ts";
import { platformRows, wayOf } from "./platform-rows.ts";
import { connectionSetups } from "./setups.ts";

/** One plan over both ends of a connection, or the way back from one. No trunk changes. */
export async function connect(wanted: WantedConnection, scope: Scope, signal: AbortSignal): Promise<ToolResult> {
  return await storePlanned(await planConnection(wanted, scope, signal), scope);
}

async function planConnection(wanted: WantedConnection, scope: Scope, signal: AbortSignal): Promise<Planned> {
  const ends = await findEnds(wanted, scope.carriers, signal);
  if ("questions" in ends) return { kind: "questions", questions: ends.questions, warnings: [] };
  if (wanted.disconnect) return await disconnection(ends, scope, signal);
  const { setups: wishes, purpose } = connectionSetups(wanted, ends, await platformTrunks(ends, signal));
  const setups = wishes.map((setup, index): PlacedSetup => ({ setup, at: `${index}.` }));
  const live = await observe(setups, scope.carriers, { prune: false, signal });
  const asked = await unknownLogins(setups, live, scope);
  const planned = makePlan({ setups, asked, sandbox: scope.sandbox }, live);
  if (planned.kind === "questions") return { ...planned, questions: inOwnFields(planned.questions) };
  const { content } = planned;
  const next = ends.platform.connected ? content.next : [...content.next, byHand(ends, wishes)];
  return { ...planned, content: { ...content, purpose, next } };
}

/** The values of a side that only a person can set up. */
function byHand({ platform: { id, title } }: Ends, setups: readonly Setup[]): string {
  const made = [...new Set(setups.map(({ provider, trunk }) => JSON.stringify({ provider, trunk_id: trunk, format: id })))];
  return `Once it is applied, ${made.map((given) => `export_pbx_config ${given}`).join(" and ")} writes the values of ${title}'s side, which a person sets up there.`;
}

/** The platform's trunks that have the numbers already: a second one of the same would only double them. */
async function platformTrunks(ends: Ends, signal: AbortSignal): Promise<{ inbound: string; outbound: string }> {
  const found = await platformRows(ends, signal);
  const of = (direction: string) => found.find((trunk) => wayOf(trunk) === direction)?.trunk_id ?? `${ends.wish.trunk} ${direction}`;
  return { inbound: of("inbound"), outbound: of("outbound") };
}

/** A login that is there already, and whose password nobody here knows, can be passed to no other side. */
async function unknownLogins(setups: readonly PlacedSetup[], live: Live, { store }: Scope): Promise<Question[]> {
  const questions: Question[] = [];
  for (const { setup } of setups) {
    const { login_of: from, credentials: [user] = [] } = setup;
    const trunk = from && live.get(from.provider)?.details.find(({ trunk_id, trunk_name }) => [trunk_id, trunk_name].includes(from.trunk));
    const login = trunk?.credentials?.find(({ user_name }) => user === undefined || user_name === user);
    if (!login || login.password || (login.kept_as !== undefined && (await store.secrets.find(login.kept_as)))) continue;
    const question = `The login ${quoteText(login.user_name)} of ${quoteText(trunk?.trunk_name ?? "")} is there, and its password is not kept here. Shall it be removed first, so that a new one is made?`;
    questions.push({ field: "trunk", question });
  }
  return questions;
}

const ownFields: Record<string, string> = { "options.agent_name": "agent_name", "options.room_prefix": "room_prefix" };

/** Both ends are planned from one flat request: a question about either is about a field of that, and asked once. */
function inOwnFields(questions: readonly Question[]): Question[] {
  const own = questions.map(({ field, ...question }) => {
    const name = field.replace(/^\d+\./, "");
    return { field: ownFields[name] ?? name, ...question };
  });
  return [...new Map(own.map((one) => [`${one.field} ${one.question}`, one])).values()];
}
