export interface Instruction {
  name: string;
  /** As written, line continuations joined. */
  rest: string;
  /** The exec form's words; undefined for the shell form. */
  words: string[] | undefined;
}

/** A Dockerfile's instructions, stage by stage; those before the first FROM stand in a stage of their own. */
export function parseDockerfile(text: string): Instruction[][] {
  const lines = text.split("\n").filter((line) => !/^\s*#/.test(line));
  const joined = lines
    .join("\n")
    .replace(/\\\n\s*/g, " ")
    .split("\n");
  const stages: Instruction[][] = [[]];
  for (const line of joined.filter((each) => each.trim() !== "")) {
    const [, name = "", rest = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === "") throw new Error(`not an instruction: ${line}`);
    if (name === "FROM") stages.push([]);
    stages.at(-1)?.push({ name, rest, words: execForm(rest) });
  }
  return stages;
}

function execForm(rest: string): string[] | undefined {
  const list = /(\[.*\])$/.exec(rest)?.[1];
  try {
    return list === undefined ? undefined : (JSON.parse(list) as string[]);
  } catch {
    return undefined;
  }
}

/** `ENV a=b c=d` of one stage. */
export function environmentOf(stage: Instruction[]): Record<string, string> {
  const pairs = stage.filter(({ name }) => name === "ENV").flatMap(({ rest }) => rest.trim().split(/\s+/));
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}
