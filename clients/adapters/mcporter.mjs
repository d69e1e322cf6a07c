import { createRuntime } from "mcporter";

export default async function connect({ url, command, args, env }) {
  const how = url ? { kind: "http", url: new URL(url) } : { kind: "stdio", command, args, cwd: env.HOME };
  const runtime = await createRuntime({ servers: [{ name: "trunkline", command: how, ...(url ? {} : { env }) }] });
  const tools = await runtime.listTools("trunkline", { includeSchema: true });
  return {
    tools: tools.map(({ name }) => name),
    call: (name, given) => runtime.callTool("trunkline", name, { args: given }),
    close: () => runtime.close(),
  };
}
