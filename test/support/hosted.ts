import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client as ModernClient } from "@modelcontextprotocol/client";
import type { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { systemClock } from "../../src/core/clock.ts";
import { readConfiguration } from "../../src/core/config.ts";
import { type Log, silentLog } from "../../src/core/log.ts";
import type { Store } from "../../src/core/store/store.ts";
import { type HttpServing, serveHttp } from "../../src/http/start.ts";
import { providers } from "../../src/providers/index.ts";
import { openHosted } from "../../src/store/hosted.ts";
import { type Answer, clientOf, connectTo, type Era, type Person, toAnswer } from "./trunkline.ts";

export interface Hosted {
  serving: HttpServing;
  storeOf(tenant: string, sandbox: boolean): Store;
  /** Another content of the tenants file. */
  write(file: object): void;
  client(token: string, options?: { era?: Era; person?: Person; headers?: Record<string, string> }): Promise<HostedClient>;
  close(): Promise<void>;
}

export interface HostedClient {
  client: LegacyClient | ModernClient;
  call(name: string, args?: Record<string, unknown>): Promise<Answer>;
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A token that the tenants file knows: the holder's name is the token. */
export function token(name: string, tenant: string, scopes?: string[]): object {
  return { name, sha256: sha256(name), tenant, ...(scopes ? { scopes } : {}) };
}

/** The whole server of `trunkline http` in this process, on a free port, with a tenants file. */
export async function startHosted(file: object, environment: Record<string, string> = {}, log: Log = silentLog): Promise<Hosted> {
  const folder = mkdtempSync(join(tmpdir(), "trunkline-hosted-"));
  const path = join(folder, "tenants.json");
  const write = (content: object) => writeFileSync(path, JSON.stringify(content));
  write(file);
  const all = { TRUNKLINE_HOME: folder, TRUNKLINE_LISTEN: "127.0.0.1:0", TRUNKLINE_TENANTS: path, ...environment };
  const configuration = readConfiguration(all, providers);
  const hosted = openHosted({ settings: configuration.server, environment: all, clock: systemClock, log });
  const serving = await serveHttp({
    ...{ configuration, providers, environment: all, environmentSecret: () => undefined, clock: systemClock, log },
    ...hosted,
  });
  const clients: (LegacyClient | ModernClient)[] = [];
  return {
    serving,
    storeOf: hosted.storeOf,
    write,
    client: async (name, { era = "v2", person, headers = {} } = {}) => {
      const client = clientOf(era, person);
      await connectTo(client, serving.url, { authorization: `Bearer ${name}`, ...headers });
      clients.push(client);
      return { client, call: async (tool, args = {}) => toAnswer(await client.callTool({ name: tool, arguments: args })) };
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await serving.close();
      await hosted.close();
      rmSync(folder, { recursive: true });
    },
  };
}
