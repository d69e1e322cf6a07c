import { TrunkError } from "../core/errors.ts";
import type { EmulatorStates } from "../core/store/store.ts";
import { quoteText } from "../core/text.ts";
import { startSandbox } from "../sandbox/server.ts";
import { knownProviders, personsState } from "../startup/local.ts";
import { defineCommand } from "./command.ts";

export default defineCommand({
  word: {
    name: "action",
    help: "`seed` fills your own sandbox with a few trunks of each carrier, one of them broken; `reset` empties it; without a word the emulators are served alone",
    optional: true,
    choices: ["seed", "reset"],
  },
  flags: {
    port: { type: "port", takes: "N", help: "listen on 127.0.0.1 at this port; a free one by default" },
    dialect: {
      type: "string",
      takes: "NAME",
      help: "answer in this dialect, such as observed or documented, where a carrier's documents and service differ",
    },
  },
  examples: ["trunkline sandbox seed", "trunkline sandbox reset", "trunkline sandbox --port 4400"],
  async run({ word: action, flags: { port = 0, dialect } }, ports) {
    const providers = knownProviders();
    if (action !== "") {
      const { store, where } = await personsState({ sandbox: true, live: false }, ports);
      ports.stdout.write(`${await actions[action as keyof typeof actions](store.emulators)} It is kept in ${where}.\n`);
      return 0;
    }
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

const actions = { seed, reset };

async function reset(states: EmulatorStates): Promise<string> {
  await states.forgetAll();
  return "The sandbox is empty. Its journal stays.";
}

/** Fills a sandbox that has nothing in it: what a person made there is not for us to remove. */
async function seed(states: EmulatorStates): Promise<string> {
  const accounts = await Promise.all(
    knownProviders().map(async (provider) => ({
      id: provider.id,
      saved: await states.read(provider.id),
      factory: await provider.sandbox(),
    })),
  );
  // A carrier that is read by POST has its account saved by a reading.
  if (accounts.some(({ saved, factory }) => saved !== undefined && saved !== factory.create().save())) {
    throw new TrunkError("conflict", "Your sandbox has been used. trunkline sandbox reset empties it first. Nothing was done.");
  }
  for (const { id, factory } of accounts) {
    const emulator = factory.create();
    factory.seed?.(emulator);
    await states.change(id, () => ({ saved: emulator.save(), result: undefined }));
  }
  return `The sandbox has a few trunks of each carrier. Ask your agent, or run: trunkline export. To see one diagnosed, ask: "Why do calls over night_line fail?"`;
}

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
