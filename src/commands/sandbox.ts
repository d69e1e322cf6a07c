import { TrunkError } from "../core/errors.ts";
import { quoteText } from "../core/text.ts";
import { startSandbox } from "../sandbox/server.ts";
import { knownProviders } from "../startup/local.ts";
import { defineCommand, isPort } from "./command.ts";

export default defineCommand({
  flags: {
    port: { type: "string", takes: "N", help: "on 127.0.0.1; a free one by default" },
    dialect: {
      type: "string",
      takes: "NAME",
      help: "how emulators answer where documents and service differ, such as observed or documented",
    },
  },
  async run({ flags: { port = "0", dialect } }, ports) {
    if (!isPort(port))
      throw new TrunkError("invalid_input", "trunkline sandbox: --port needs a number from 0 to 65535. Nothing was started.");
    const providers = knownProviders();
    if (dialect !== undefined) await insistOnDialect(dialect, providers);
    const started = await startSandbox(providers, { port: Number(port), ...(dialect === undefined ? {} : { dialect }) });
    for (const signal of ["SIGINT", "SIGTERM"] as const) ports.on(signal, () => void started.close());
    ports.stderr.write("Carrier emulators are up. To use them, set:\n");
    for (const provider of providers) {
      const settings = Object.entries(provider.sandboxSettings(started.urlOf(provider.id)));
      for (const [name, value] of settings) ports.stdout.write(`${name}=${value}\n`);
    }
    return 0;
  },
});

/** A dialect that no emulator has would be served as another one. */
async function insistOnDialect(dialect: string, providers: ReturnType<typeof knownProviders>): Promise<void> {
  const factories = await Promise.all(providers.map((provider) => provider.sandbox()));
  const known = [...new Set(factories.flatMap(({ dialects }) => dialects))];
  if (known.includes(dialect)) return;
  throw new TrunkError(
    "invalid_input",
    `trunkline sandbox: there is no dialect ${quoteText(dialect)}. The dialects are ${known.join(", ")}. Nothing was started.`,
  );
}
