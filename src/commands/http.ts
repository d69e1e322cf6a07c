import manifest from "../../package.json" with { type: "json" };
import { kindsOf } from "../core/carrier/where.ts";
import { systemClock } from "../core/clock.ts";
import { withFields } from "../core/log.ts";
import type { HttpServing } from "../http/start.ts";
import { announcerOf, configurationOf, hostedStore, knownProviders, logOf, personsCommands, storePlace } from "../startup/local.ts";
import { defineCommand } from "./command.ts";

export default defineCommand({
  flags: { port: { type: "port", takes: "N", help: "listen on 127.0.0.1 at this port instead of TRUNKLINE_LISTEN; 0 takes a free one" } },
  examples: ["trunkline http --port 3000"],
  async run({ flags: { port } }, ports) {
    const listen = port === undefined ? {} : { TRUNKLINE_LISTEN: `127.0.0.1:${port}` };
    const environment = { ...ports.environment, ...listen };
    const configuration = configurationOf({ environment });
    let started: HttpServing | undefined;
    // With tenants, what a line is about is known once their file was read.
    const log = withFields(logOf(configuration, ports), () => (started ? { where: kindsOf(started.count()) } : {}));
    const { serveHttp } = await import("../http/start.ts");
    const hosted = await hostedStore(configuration, log, ports);
    const serving = await serveHttp({
      configuration,
      providers: knownProviders(),
      ...hosted,
      environment,
      environmentSecret: (name) => ports.environment[name],
      commands: personsCommands(configuration, ports),
      clock: systemClock,
      log,
    }).catch(async (error: unknown) => {
      await hosted.close();
      throw error;
    });
    started = serving;
    ports.on("SIGHUP", () => {
      serving.reload().then(
        () => log.info({}, "the tenants file was read again"),
        (error: unknown) => log.error({ error }, "the tenants file cannot be used; the one before stays in force"),
      );
    });
    const announce = announcerOf(configuration, ports);
    const stop = async (signal: string) => {
      const { inFlight, ...tenants } = serving.count();
      const where = kindsOf(tenants);
      announce({ where, signal, in_flight: inFlight }, `Trunkline is stopping; ${inFlight} requests are in flight.`);
      await serving.close();
      await hosted.close();
      announce({ where }, "Trunkline has stopped.");
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) ports.on(signal, () => void stop(signal));
    const { live, sandbox } = serving.count();
    const what = {
      version: manifest.version,
      node: process.version,
      store: await storePlace(configuration, live === 0, ports),
      tenants: { live, sandbox },
      where: kindsOf({ live, sandbox }),
    };
    // Comes last, since a reader of this line may send the next signal.
    announce(what, `Trunkline serves MCP at ${serving.url}. ${serving.where()}. Ctrl-C ends it.`);
    return 0;
  },
});
