import * as z from "zod";
import { createSeal } from "../../auth/seal.ts";
import { newId } from "../../core/id.ts";
import { DECIDE_MS } from "../../core/person-limits.ts";
import type { Claims } from "../../core/store/store.ts";
import type { RevealLinks } from "../secret-page.ts";
import type { CookiePorts } from "./cookies.ts";
import type { Person } from "./signed-in.ts";

const linkSchema = z.object({ id: z.string(), ref: z.string(), tenant: z.string(), principal: z.string() });
/** The clocks of replicas differ: that a link was used is remembered longer than the link is good. */
const REMEMBER_MS = 60_000;

/** Links that any replica can answer: they carry, sealed, what is shown to whom until when. Only that they were used is kept. */
export function sealedLinks({ tenant, principal }: Person, claims: Claims, ports: Pick<CookiePorts, "stateKey" | "clock">): RevealLinks {
  const { clock } = ports;
  const seal = createSeal(linkSchema, "reveal link", ports);
  const opened = async (sealed: string) => {
    const link = await seal.open(sealed);
    return link?.tenant === tenant && link.principal === principal ? link : undefined;
  };
  const usedKey = ({ id }: { id: string }) => `reveal:${id}`;
  return {
    create: async (ref) => await seal.close({ id: newId(), ref, tenant, principal }, clock.now() + DECIDE_MS),
    find: async (sealed) => {
      const link = await opened(sealed);
      if (!link || (await claims.isHeld(usedKey(link)))) return undefined;
      return { ref: link.ref, expiresAt: link.untilMs };
    },
    use: async (sealed, { expiresAt }) => {
      const link = await opened(sealed);
      // Each press is an owner of its own: a second one never wins.
      return link !== undefined && (await claims.claim(usedKey(link), newId(), expiresAt - clock.now() + REMEMBER_MS));
    },
  };
}
