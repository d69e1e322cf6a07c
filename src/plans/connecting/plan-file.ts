import type { Question } from "../../core/carrier/planner.ts";
import type { Carrier } from "../../core/carrier/provider.ts";
import { TrunkError } from "../../core/errors.ts";
import type { Progress } from "../../core/plan-progress.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { makePlan } from "../planning/make-plan.ts";
import { type Live, observe } from "../planning/observe.ts";
import { firstSaid, type PlanContent, type Planned } from "../planning/plan-content.ts";
import type { PlacedSetup } from "../planning/read-setups.ts";
import type { FileEntry } from "../planning/trunks-file.ts";
import { type Connection, connectionOf } from "./connection.ts";
import { driftOf } from "./drift-words.ts";
import { type Dropped, droppedConnections } from "./dropped.ts";
import { ledAlong } from "./led-along.ts";
import { withRenewedLogins } from "./renewed-logins.ts";
import { unknownLogins } from "./unknown-logins.ts";

interface Planning {
  prune: boolean;
  signal: AbortSignal;
  progress?: Progress;
}

/** A connection of a file, and where it stands there. */
export interface PlacedConnection extends Connection {
  at: string;
}

/** The steps from what is to what a file says, both ends of its connections among them. */
export async function planFile(entries: readonly FileEntry[], scope: Scope, { prune, ...reading }: Planning): Promise<Planned> {
  const { carriers, sandbox } = scope;
  const { connections, asked } = await readConnections(entries, carriers, reading.signal);
  const plain = entries.filter(({ connect }) => !connect);
  const wanted = [...inOrder(connections), ...plain.map(({ setup, at }): PlacedSetup => ({ setup, at }))];
  // A platform that only connections name keeps its other trunks.
  const pruned = prune && connections.length > 0 ? [...new Set(entries.map(({ setup }) => setup.provider))] : undefined;
  const found = await observe(wanted, carriers, { prune, ...reading });
  const dropped = prune ? await droppedConnections(wanted, found, carriers, reading.signal) : noneDropped;
  const all = [...wanted, ...dropped.setups];
  const live = dropped.setups.length > 0 ? await observe(all, carriers, { prune, ...reading }) : found;
  const named = dropped.setups.length > 0 ? [...new Set(entries.map(({ setup }) => setup.provider))] : pruned;
  const setups = withRenewedLogins(all, live);
  const others = await otherNumbers(connections, live, reading.signal);
  const planned = makePlan({ setups, prune, pruned: named, asked: [...asked, ...others], sandbox }, live);
  if (planned.kind === "questions") return { ...planned, questions: inFileFields(planned.questions, connections) };
  const { content } = planned;
  const unknown = await unknownLogins(content.steps, live, scope);
  if (unknown.length > 0) return { kind: "questions", questions: unknown, warnings: [] };
  return { ...planned, content: withWords(content, connections, dropped, live) };
}

/** Questions about numbers whose calls would be led along. */
async function otherNumbers(connections: readonly PlacedConnection[], live: Live, signal: AbortSignal): Promise<Question[]> {
  const asked = connections.map(async ({ setups, ends, at }) => {
    const questions = await ledAlong(
      setups.map((setup) => ({ setup, at })),
      ends,
      live,
      signal,
    );
    return questions.map((one) => ({ ...one, field: placed(at, one.field) }));
  });
  return (await Promise.all(asked)).flat();
}

const noneDropped: Dropped = { setups: [], purpose: [] };

async function readConnections(
  entries: readonly FileEntry[],
  carriers: readonly Carrier[],
  signal: AbortSignal,
): Promise<{ connections: PlacedConnection[]; asked: Question[] }> {
  const connections: PlacedConnection[] = [];
  const asked: Question[] = [];
  for (const { setup, connect, at } of entries) {
    if (!connect) continue;
    const { provider, trunk, numbers, options } = setup;
    const wanted = { provider, trunk, ...(numbers ? { numbers } : {}), ...(options ? { options } : {}), ...connect };
    const found = await connectionOf(wanted, carriers, signal).catch(askInstead);
    if ("questions" in found) asked.push(...found.questions.map((one) => ({ ...one, field: placed(at, one.field) })));
    else connections.push({ ...found, at });
  }
  return { connections, asked };
}

/** A mistake in one entry is asked about beside those in the others. */
function askInstead(error: unknown): { questions: Question[] } {
  if (!(error instanceof TrunkError) || error.details.field === undefined) throw error;
  const { field, candidates } = error.details;
  return { questions: [{ field, question: error.message, ...(candidates ? { candidates: [...candidates] } : {}) }] };
}

/** Platforms are ready before any carrier sends them a call, and carriers' logins are there before a platform takes one over. */
function inOrder(connections: readonly PlacedConnection[]): PlacedSetup[] {
  const setups = connections.flatMap(({ setups: own, ends, at }) =>
    own.map((setup) => ({ setup, at, turn: setup.provider !== ends.platform.id ? 1 : setup.use_case === "inbound" ? 0 : 2 })),
  );
  return setups.toSorted((a, b) => a.turn - b.turn).map(({ setup, at }) => ({ setup, at }));
}

const ofConnect = /^(?:options\.)?(platform|direction|agent_name|room_prefix|encryption|sip_host)$/;

function placed(at: string, field: string): string {
  return `${at}${field.replace(ofConnect, "connect.$1")}`;
}

/** A question about either end is about a field of the one entry, and asked once. */
function inFileFields(questions: readonly Question[], connections: readonly PlacedConnection[]): Question[] {
  const own = questions.map((one) => {
    const { at = "" } = connections.find((connection) => one.field.startsWith(connection.at)) ?? {};
    return at === "" ? one : { ...one, field: placed(at, one.field.slice(at.length)) };
  });
  return [...new Map(own.map((one) => [`${one.field} ${one.question}`, one])).values()];
}

/** A connection is spoken of where a step touches it. */
function withWords(content: PlanContent, connections: readonly PlacedConnection[], dropped: Dropped, live: Live): PlanContent {
  const touched = connections.flatMap((connection) => {
    const drift = driftOf(connection, content.steps, live);
    return drift ? [{ ...connection, drift }] : [];
  });
  const purpose = [...touched.flatMap((one) => one.purpose), ...dropped.purpose];
  return {
    ...content,
    ...(purpose.length > 0 ? { purpose, connected: true as const } : {}),
    warnings: firstSaid([...touched.flatMap(({ drift }) => drift.words), ...content.warnings]),
    next: [...content.next, ...touched.flatMap((one) => one.next)],
  };
}
