import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import type { Log } from "../core/log.ts";
import type { Secret } from "../core/secret.ts";
import type { Change, ChangeBus } from "../core/store/changes.ts";
import { localChanges } from "./local-changes.ts";
import { loadPg } from "./postgres.ts";
import type { Queries } from "./sql.ts";

const CHANNEL = "trunkline_changes";
/** Postgres takes less than 8,000. */
const MAX_BYTES = 7_500;
const CONNECT_MS = 5_000;
const CLOSE_MS = 1_000;
const FIRST_AGAIN_MS = 250;
const LAST_AGAIN_MS = 10_000;
/** A connection whose other end vanished says nothing; only asking tells. */
const HEARTBEAT_MS = 30_000;

interface Message extends Change {
  /** The bus that sent it: that one has told its own subscribers already. */
  from: string;
  tenant: string;
}

export interface ChangesSetup {
  url: Secret;
  /** For sending; listening has a connection of its own. */
  open: () => Promise<Queries>;
  log: Log;
}

/** Changes of all replicas on one Postgres, by LISTEN and NOTIFY. */
export function postgresChanges({ url, open, log }: ChangesSetup): ChangeBus {
  const local = localChanges(log);
  const own = randomUUID();
  const hear = (payload: string | undefined) => {
    const message = parseMessage(payload);
    if (message && message.from !== own) void local.publish(message.tenant, { list: message.list, uris: message.uris });
  };
  // Messages are lost while nobody listens: subscribers are told that they may have missed something.
  const missed = () => void Promise.all(local.tenants().map((tenant) => local.publish(tenant, { list: true, uris: [] })));
  let connection: ChangesConnection | undefined;
  return {
    subscribe: (...subscriber) => {
      connection ??= new ChangesConnection(url, { hear, missed, log });
      return local.subscribe(...subscriber);
    },
    async publish(tenant, change) {
      await local.publish(tenant, change);
      try {
        const queries = await open();
        for (const payload of payloadsOf({ from: own, tenant, ...change }))
          await queries.query("SELECT pg_notify(?, ?)", [CHANNEL, payload]);
      } catch (error) {
        log.warn({ error }, "other replicas could not be told of a change");
      }
    },
    close: async () => {
      await connection?.close();
      await local.close();
    },
  };
}

/** In halves where one message would be too long; an address that is too long by itself is told of as a changed list. */
function payloadsOf({ from, tenant, list, uris }: Message): string[] {
  const payload = JSON.stringify({ from, tenant, list, uris });
  if (Buffer.byteLength(payload) < MAX_BYTES) return [payload];
  if (uris.length <= 1) return [JSON.stringify({ from, tenant, list: true, uris: [] })];
  const half = Math.ceil(uris.length / 2);
  return [uris.slice(0, half), uris.slice(half)].flatMap((some, index) =>
    payloadsOf({ from, tenant, list: list && index === 0, uris: some }),
  );
}

/** The database may be shared: whatever else is said on the channel is not ours. */
function parseMessage(payload = ""): Message | undefined {
  try {
    const { from, tenant, list, uris } = JSON.parse(payload) as Record<keyof Message, unknown>;
    if (typeof from !== "string" || typeof tenant !== "string" || typeof list !== "boolean") return undefined;
    return Array.isArray(uris) && uris.every((uri) => typeof uri === "string") ? { from, tenant, list, uris } : undefined;
  } catch {
    return undefined;
  }
}

interface ConnectionPorts {
  hear(payload: string | undefined): void;
  missed(): void;
  log: Log;
}

/** One connection that listens, and is made anew when it breaks. */
class ChangesConnection {
  readonly #url: Secret;
  readonly #ports: ConnectionPorts;
  #client: Client | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #tries = 0;
  #closed = false;

  constructor(url: Secret, ports: ConnectionPorts) {
    this.#url = url;
    this.#ports = ports;
    this.#start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    clearInterval(this.#heartbeat);
    // A connection that went silent never says that it has ended.
    await Promise.race([this.#client?.end().catch(() => {}), delay(CLOSE_MS, undefined, { ref: false })]);
  }

  #start(): void {
    this.#listen().catch((error: unknown) => this.#ports.log.warn({ error }, "changes that other replicas make cannot be heard"));
  }

  async #listen(): Promise<void> {
    const client = await this.#connection();
    if (this.#closed) return;
    this.#client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.#beat(client);
      if (this.#tries > 0) this.#ports.missed();
      this.#tries = 0;
    } catch (error) {
      this.#ports.log.warn({ error }, "changes that other replicas make are not heard for the moment");
      this.#lost(client);
    }
  }

  async #connection(): Promise<Client> {
    const { Client: Connection } = await loadPg();
    const client: Client = new Connection({
      connectionString: this.#url.reveal(),
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: CONNECT_MS,
      keepAlive: true,
      application_name: "trunkline changes",
    });
    client.on("notification", ({ channel, payload }) => channel === CHANNEL && this.#ports.hear(payload));
    // Its end follows.
    client.on("error", () => {});
    client.once("end", () => this.#lost(client));
    return client;
  }

  #beat(client: Client): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => void client.query("SELECT 1").catch(() => this.#lost(client)), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** Once for each connection, however many ways it tells of its end. */
  #lost(client: Client): void {
    if (this.#closed || client !== this.#client) return;
    this.#client = undefined;
    clearInterval(this.#heartbeat);
    void client.end().catch(() => {});
    const afterMs = Math.min(FIRST_AGAIN_MS * 2 ** this.#tries++, LAST_AGAIN_MS);
    // Replicas that lost the same database do not come back all at once.
    this.#again = setTimeout(() => this.#start(), afterMs * (0.5 + Math.random() / 2));
    this.#again.unref();
  }
}
