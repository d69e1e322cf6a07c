import type { WantedConnection } from "../../core/carrier/connection.ts";
import type { Question } from "../../core/carrier/planner.ts";
import type { ToolResult } from "../../core/tool.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { makePlan } from "../planning/make-plan.ts";
import { observe } from "../planning/observe.ts";
import type { Planned } from "../planning/plan-content.ts";
import type { PlacedSetup } from "../planning/read-setups.ts";
import { storePlanned } from "../running/make-and-store.ts";
import { connectionOf } from "./connection.ts";
import { disconnection } from "./disconnect.ts";
import { findEnds } from "./ends.ts";
import { ledAlong } from "./led-along.ts";
import { withRenewedLogins } from "./renewed-logins.ts";
import { unknownLogins } from "./unknown-logins.ts";

/** One plan over both ends of a connection, or the way back from one. No trunk changes. */
export async function connect(wanted: WantedConnection, scope: Scope, signal: AbortSignal): Promise<ToolResult> {
  return await storePlanned(await planConnection(wanted, scope, signal), scope);
}

async function planConnection(wanted: WantedConnection, scope: Scope, signal: AbortSignal): Promise<Planned> {
  if (wanted.disconnect) {
    const ends = await findEnds(wanted, scope.carriers, signal);
    return "questions" in ends ? asking(ends.questions) : await disconnection(ends, scope, signal);
  }
  const connection = await connectionOf(wanted, scope.carriers, signal);
  if ("questions" in connection) return asking(connection.questions);
  const { setups: wishes, purpose, next } = connection;
  const wished = wishes.map((setup, index): PlacedSetup => ({ setup, at: `${index}.` }));
  const live = await observe(wished, scope.carriers, { prune: false, signal });
  const setups = withRenewedLogins(wished, live);
  const asked = await ledAlong(setups, connection.ends, live, signal);
  const planned = makePlan({ setups, asked, sandbox: scope.sandbox }, live);
  if (planned.kind === "questions") return { ...planned, questions: inOwnFields(planned.questions) };
  const { content } = planned;
  const unknown = await unknownLogins(content.steps, live, scope);
  if (unknown.length > 0) return asking(unknown);
  return { ...planned, content: { ...content, purpose, connected: true, next: [...content.next, ...next] } };
}

function asking(questions: Question[]): Planned {
  return { kind: "questions", questions, warnings: [] };
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
