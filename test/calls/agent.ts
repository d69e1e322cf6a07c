import type { Fault } from "../../src/sandbox/server.ts";
import type { Options, Trunkline } from "../support/trunkline.ts";

/** A task in a person's words, with the shortest way to do it. */
export interface Task {
  words: string;
  /** How many calls it may take: no more, and no fewer, so that the table stays true. */
  calls: number;
  /** Prepares the account before the agent begins. Calls made here are not counted, and the agent does not see their answers. */
  before?(world: World): Promise<unknown>;
  path(agent: Agent): Promise<unknown>;
  /** Facts that the person wants to hear. Each stands in a result that the agent saw. */
  told: (string | RegExp)[];
  /** The fault on the way. */
  trouble?: string;
  options?: Options;
}

export interface World {
  /** Fails unless the call succeeds. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
  call(tool: string, given?: object): Promise<any>;
  script(fault: Fault): void;
  requests(): Trunkline["sandbox"]["seen"];
}

export interface Agent {
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
  call(tool: string, given?: Record<string, unknown>): Promise<any>;
}

/** The result of walking a task's path. */
export interface Run {
  calls: number;
  /** Everything that the agent received, as text. */
  seen: string;
}

export function worldOf({ call, sandbox }: Trunkline): World {
  return {
    async call(tool, given = {}) {
      const { isError, value } = await call(tool, { ...given });
      if (isError) throw new Error(`${tool}: ${JSON.stringify(value)}`);
      return value;
    },
    script: (fault) => sandbox.script(fault),
    requests: () => sandbox.seen,
  };
}

/** Walks the path as a model could: it can pass on only what the person said, a result showed, or the tool's schema lists. */
export async function walk(task: Task, { client, call }: Trunkline): Promise<Run> {
  const { tools } = await client.listTools();
  const run: Run = { calls: 0, seen: "" };
  await task.path({
    async call(tool, given = {}) {
      const schema = tools.find(({ name }) => name === tool)?.inputSchema;
      const known = [task.words, run.seen, JSON.stringify(schema)].join("\n");
      const invented = leavesOf(given).filter((leaf) => !stands(leaf, known));
      if (invented.length > 0) throw new Error(`${tool} was given what nobody told the agent: ${invented.join(", ")}`);
      run.calls += 1;
      const { value, raw } = await call(tool, given);
      run.seen += `\n${JSON.stringify((raw as { content: unknown }).content)}\n${JSON.stringify(value)}`;
      return value;
    },
  });
  return run;
}

function leavesOf(value: unknown): string[] {
  // Nothing, none and no are in every person's words.
  if (typeof value === "boolean" || value === 0 || value === null || value === undefined) return [];
  if (typeof value === "object") return Object.values(value).flatMap(leavesOf);
  return [String(value)];
}

/** Numbers are the same in any spelling: a model writes them as the schema asks. */
function stands(leaf: string, known: string): boolean {
  if (known.includes(leaf)) return true;
  return /^\+\d{7,15}$/.test(leaf) && known.replace(/(?<=\d)[ ()-]+(?=\d)/g, "").includes(leaf);
}

export function untold(told: Task["told"], seen: string): string[] {
  return told.filter((fact) => (typeof fact === "string" ? !seen.includes(fact) : !fact.test(seen))).map(String);
}

/** Plans the change and applies it, as a person who asked for exactly this wants. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
export async function planAndApply({ call }: Agent, setup: Record<string, unknown>): Promise<any> {
  const { plan_id } = await call("plan_trunk", setup);
  return await call("apply_plan", { plan_id });
}
