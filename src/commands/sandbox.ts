import { TrunkError } from "../core/errors.ts";
import { quoteText } from "../core/text.ts";
import { startSandbox } from "../sandbox/server.ts";
import { knownProviders } from "../startup/local.ts";
import { defineCommand } from "./command.ts";

export default defineCommand({
  flags: {
    port: { type: "port", takes: "N", help: "listen on 127.0.0.1 at this port; a free one by default" },
    dialect: {
      type: "string",
      takes: "NAME",
      help: "answer in this dialect, such as observed or documented, where a carrier's documents and service differ",
    },
  },
  examples: ["trunkline sandbox --port 4400"],
  async run({ flags: { port = 0, dialect } }, ports) {
    const providers = knownProviders();
    if (dialect !== undefined) await insistOnDialect(dialect, providers);
    const started = await startSandbox(providers, { port, ...(dialect === undefined ? {} : { dialect }) });
    for (const signal of ["SIGINT", "SIGTERM"] as const) ports.on(signal, () => void started.close());
    ports.stderr.write("The emulators are up. Ctrl-C ends them. To use them, set:\n");
    for (const provider of providers) {
      const settings = Object.entries(provider.sandboxSettings(started.urlOf(provider.id)));
      for (const [name, value] of settings) ports.stdout.write(`${name}=${value}\n`);
    }
    return 0;
  },
});

/** Refuses a dialect that no emulator has; it would be served as another one. */
async function insistOnDialect(dialect: string, providers: ReturnType<typeof knownProviders>): Promise<void> {
  const factories = await Promise.all(providers.map((provider) => provider.sandbox()));
  const known = [...new Set(factories.flatMap(({ dialects }) => dialects))];
  if (known.includes(dialect)) return;
  throw new TrunkError(
    "invalid_input",
    `trunkline sandbox: ${quoteText(dialect)} is not a dialect. The dialects are ${known.join(", ")}. Nothing was done.`,
  );
}
