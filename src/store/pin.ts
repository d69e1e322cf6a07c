import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { LOCKED_MS, WRONG_TRIES } from "../core/person-limits.ts";
import type { Pin } from "../core/store/store.ts";
import type { Tenancy } from "./sql.ts";

/** 16 MB and some 40 ms for each try. */
const COST = { N: 2 ** 14, r: 8, p: 1 };
const HASH_BYTES = 32;

interface PinRow {
  salt: string;
  hash: string;
}

export function sqlPin({ sql, tenant, clock }: Tenancy): Pin {
  const isSet = async () => (await sql.query("SELECT tenant FROM trunkline_pins WHERE tenant = ?", [tenant])).length === 1;
  return {
    isSet,
    async set(pin) {
      if (pin === undefined) {
        await sql.query("DELETE FROM trunkline_pins WHERE tenant = ?", [tenant]);
        return;
      }
      const salt = randomBytes(16).toString("base64url");
      await sql.query(
        `INSERT INTO trunkline_pins (tenant, salt, hash, tries, locked_until) VALUES (?, ?, ?, 0, 0)
         ON CONFLICT (tenant) DO UPDATE SET salt = excluded.salt, hash = excluded.hash, tries = 0, locked_until = 0`,
        [tenant, salt, (await hashPin(pin, salt)).toString("base64url")],
      );
    },
    async check(pin) {
      const now = clock.now();
      // A try is counted before it is looked at: fifty at once are five tries, and a process killed in between gains none.
      const [row] = await sql.query<PinRow>(
        `UPDATE trunkline_pins SET tries = CASE WHEN tries >= ? THEN 1 ELSE tries + 1 END, locked_until = ?
         WHERE tenant = ? AND (tries < ? OR locked_until <= ?) RETURNING salt, hash`,
        [WRONG_TRIES, now + LOCKED_MS, tenant, WRONG_TRIES, now],
      );
      if (!row) return (await isSet()) ? "locked" : "not_set";
      if (!timingSafeEqual(await hashPin(pin, row.salt), Buffer.from(row.hash, "base64url"))) return "wrong";
      await sql.query("UPDATE trunkline_pins SET tries = 0, locked_until = 0 WHERE tenant = ? AND hash = ?", [tenant, row.hash]);
      return "ok";
    },
  };
}

function hashPin(pin: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin.normalize("NFC"), salt, HASH_BYTES, COST, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}
