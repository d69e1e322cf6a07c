import { randomBytes } from "node:crypto";
import { stalePage } from "../approval/pages.ts";
import type { PinProblem } from "../approval/problem.ts";
import { revealedPage, revealForm } from "../approval/secret-pages.ts";
import type { PagePorts } from "./approval-page.ts";
import { type FormTokens, only } from "./form-token.ts";
import type { PageAnswer, PageRequest } from "./page-server.ts";
import { pinProblem, problemStatus } from "./pin-check.ts";

export interface Reveals {
  /** An unguessable id under which the secret can be shown once. */
  create(ref: string): string;
  /** Undefined when there is nothing (any more) to show here. */
  answer(request: PageRequest, id: string): Promise<PageAnswer | undefined>;
}

interface Reveal {
  ref: string;
  expiresAt: number;
}

const REVEAL_MS = 10 * 60_000;
/** An agent that keeps asking must not fill the memory; the oldest links end first. */
const MAX_REVEALS = 100;

/** Links to secrets live in this process only: they end with the conversation they were asked in. */
export function createReveals(ports: PagePorts, tokens: FormTokens): Reveals {
  const open = new Map<string, Reveal>();
  return {
    create: (ref) => {
      const id = randomBytes(32).toString("base64url");
      open.set(id, { ref, expiresAt: ports.clock.now() + REVEAL_MS });
      const [oldest] = open.keys();
      if (open.size > MAX_REVEALS && oldest !== undefined) open.delete(oldest);
      return id;
    },
    answer: async (request, id) => {
      const reveal = open.get(id);
      if (!reveal || ports.clock.now() > reveal.expiresAt) {
        open.delete(id);
        return undefined;
      }
      if (request.method === "GET") return await form(request, reveal, ports, tokens);
      if (!tokens.fits(request, only(request.form, "token"))) return { status: 403, page: stalePage() };
      const problem = await pinProblem(ports.pin, only(request.form, "pin"));
      if (problem) return await form(request, reveal, ports, tokens, problem);
      const secret = await ports.secrets.find(reveal.ref);
      // Nothing is awaited from here on: of two presses at once, one finds the link gone.
      if (!secret || !open.delete(id)) return undefined;
      ports.log.info({ ref: reveal.ref }, "a secret was shown on the approval page");
      return { status: 200, page: revealedPage(reveal.ref, secret.reveal()) };
    },
  };
}

async function form(
  request: PageRequest,
  { ref, expiresAt }: Reveal,
  { clock, pin }: PagePorts,
  tokens: FormTokens,
  problem?: PinProblem,
): Promise<PageAnswer> {
  const view = { token: tokens.tokenFor(request.path), pinAsked: await pin.isSet(), problem };
  return {
    status: problem === undefined ? 200 : problemStatus[problem],
    page: revealForm(ref, expiresAt, clock.now(), view),
    headers: { "set-cookie": tokens.cookieFor(request) },
  };
}
