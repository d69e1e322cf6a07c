import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import type { Clock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { type Location, type OpenStore, openStore } from "../../src/store/open.ts";
import { onServer, type Postgres } from "../support/postgres.ts";

/** One empty database, and a way into it past all of our own code. */
export interface Place {
  location: Location;
  /** The same for another process, which receives it as JSON. */
  plain: { file: string } | { url: string; masterKey: string };
  raw(text: string, values?: (string | number)[]): Promise<Record<string, unknown>[]>;
  remove(): Promise<void>;
}

export type NewPlace = () => Promise<Place>;

export const MASTER_KEY = Buffer.alloc(32, 7).toString("base64");

export async function sqlitePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "trunkline-store-"));
  const file = join(folder, "state", "trunkline.db");
  return {
    location: { file },
    plain: { file },
    raw: async (text, values = []) => {
      const database = new Database(file);
      const rows = database.prepare(text).all(...values);
      database.close();
      return rows as Record<string, unknown>[];
    },
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Making a database costs more than emptying one. */
const emptied: string[] = [];

export async function postgresPlace(server: Postgres): Promise<Place> {
  const url = emptied.pop() ?? (await server.database());
  return {
    location: { url: new Secret(url), masterKey: new Secret(MASTER_KEY), answerMs: 20_000 },
    plain: { url, masterKey: MASTER_KEY },
    raw: (text, values = []) => {
      let place = 0;
      const numbered = text.replace(/\?/g, () => `$${++place}`);
      return onServer(url, numbered, values);
    },
    remove: async () => {
      await onServer(url, "DROP SCHEMA public CASCADE");
      await onServer(url, "CREATE SCHEMA public");
      emptied.push(url);
    },
  };
}

export interface HeldClock extends Clock {
  pass(ms: number): void;
}

/** A clock that a test moves. */
export function heldClock(start = Date.UTC(2026, 10, 21)): HeldClock {
  let now = start;
  const pass = (ms: number) => {
    now += ms;
  };
  return {
    now: () => now,
    sleep: async (ms) => pass(ms),
    pass,
  };
}

export function openAt(place: Place, clock: Clock, tenant = "local"): Promise<OpenStore> {
  return openStore({ location: place.location, tenant, clock });
}
