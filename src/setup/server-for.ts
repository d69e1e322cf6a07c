import type { Server } from "./change.ts";
import { type Client, SERVER } from "./clients.ts";
import type { Input } from "./json-file.ts";
import { type Runtime, startOf } from "./start.ts";
import type { Variable } from "./variables.ts";

export interface Wishes {
  runtime: Runtime;
  wanted: readonly Variable[];
  /** Values that the environment has, where a person said to take them. */
  taken: Record<string, string>;
}

/** The entry as it should be. A value that a person filled in stays, unless the environment's is to be taken. */
export function serverFor(client: Client, before: Server | undefined, { runtime, wanted, taken }: Wishes): Server {
  const start = startOf(runtime);
  const open = Object.fromEntries(wanted.map(({ name }) => [name, ""]));
  const values = { ...open, ...environmentOf(before), ...taken, ...start.env };
  if (!client.asksForSecrets) return { entry: client.entry({ ...start, env: values }), inputs: [] };
  const asked = wanted.filter(({ name }) => values[name] === "");
  const placeholders = Object.fromEntries(asked.map(({ name }) => [name, `\${input:${inputId(name)}}`]));
  const all = { ...values, ...placeholders };
  const kept = before?.inputs.filter(({ id }) => Object.values(all).includes(`\${input:${id}}`)) ?? [];
  const added = asked.map(inputFor).filter(({ id }) => !kept.some((input) => input.id === id));
  return { entry: client.entry({ ...start, env: all }), inputs: [...kept, ...added] };
}

/** The variables that an entry hands over. */
export function environmentOf(server: Server | undefined): Record<string, string> {
  const { env, envs } = (server?.entry ?? {}) as Record<string, Record<string, string> | undefined>;
  return env ?? envs ?? {};
}

function inputId(name: string): string {
  return `${SERVER}-${name.toLowerCase().replaceAll("_", "-")}`;
}

function inputFor({ name, title, secret }: Variable): Input {
  const input = { type: "promptString", id: inputId(name), description: `${title}: ${name}` };
  return secret ? { ...input, password: true } : input;
}
