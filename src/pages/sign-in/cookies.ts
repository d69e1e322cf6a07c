import type * as z from "zod";
import { createSeal } from "../../auth/seal.ts";
import type { Clock } from "../../core/clock.ts";
import { cookieIn } from "../form-token.ts";
import type { PageRequest } from "../page-server.ts";

export interface CookiePorts {
  stateKey: Uint8Array;
  clock: Clock;
  /** The pages are reached by https. */
  secure(): boolean;
}

/** A sealed cookie; `set-cookie` values come from `bake` and `end`. */
export interface Cookie<Facts> {
  bake(facts: Facts, port: string): Promise<string>;
  read(request: Pick<PageRequest, "cookies" | "port">): Promise<Facts | undefined>;
  end(port: string): string;
}

/**
 * SameSite=Lax: a person comes here by a link from a chat, and back from an issuer, which are other sites. A form is
 * guarded by a Strict cookie of its own. `__Host-`: no neighbouring name can plant one.
 */
export function createCookie<Schema extends z.ZodObject>(
  schema: Schema,
  purpose: string,
  lifeMs: number,
  ports: CookiePorts,
): Cookie<z.infer<Schema>> {
  const seal = createSeal(schema, `cookie ${purpose}`, ports);
  // Browsers keep cookies per host, not per port.
  const nameOf = (port: string) => (ports.secure() ? `__Host-trunkline_${purpose}` : `trunkline_${purpose}_${port}`);
  const write = (port: string, value: string, seconds: number) =>
    `${nameOf(port)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${ports.secure() ? "; Secure" : ""}`;
  return {
    bake: async (facts, port) => write(port, await seal.close(facts, ports.clock.now() + lifeMs), lifeMs / 1_000),
    read: async ({ cookies, port }) => await seal.open(cookieIn(cookies, nameOf(port))),
    end: (port) => write(port, "", 0),
  };
}
