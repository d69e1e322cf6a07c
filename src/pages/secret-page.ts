import { randomBytes } from "node:crypto";
import { pinProblem, problemStatus } from "../approval/pin-check.ts";
import type { PinProblem } from "../approval/words.ts";
import type { Clock } from "../core/clock.ts";
import type { OfferedFile } from "../core/local.ts";
import { DECIDE_MS } from "../core/person-limits.ts";
import { onceName, type Secret } from "../core/secret.ts";
import { type FormTokens, only } from "./form-token.ts";
import type { PageAnswer, PageRequest } from "./page-server.ts";
import { stalePage } from "./parts/approval.ts";
import { fetchedPage, revealedPage, revealForm } from "./parts/secret.ts";
import type { PagePorts } from "./ports.ts";

export interface Reveal {
  ref: string;
  expiresAt: number;
}

/** Unguessable ids under which a secret can be shown once. */
export interface RevealLinks {
  create(ref: string): Promise<string>;
  /** Undefined when there is nothing (any more) to show here. */
  find(id: string): Promise<Reveal | undefined>;
  /** Ends the link. Of two presses at once, one is told true. */
  use(id: string, reveal: Reveal): Promise<boolean>;
}

/** An agent that keeps asking must not fill the memory; the oldest links end first. */
const MAX_REVEALS = 100;

/** Links that live in this process only: they end with the conversation they were asked in. */
export function processLinks(clock: Clock): RevealLinks {
  const open = new Map<string, Reveal>();
  return {
    create: async (ref) => {
      const id = randomBytes(32).toString("base64url");
      open.set(id, { ref, expiresAt: clock.now() + DECIDE_MS });
      const [oldest] = open.keys();
      if (open.size > MAX_REVEALS && oldest !== undefined) open.delete(oldest);
      return id;
    },
    find: async (id) => {
      const reveal = open.get(id);
      if (reveal && clock.now() <= reveal.expiresAt) return reveal;
      open.delete(id);
      return undefined;
    },
    use: async (id) => open.delete(id),
  };
}

/** Undefined when there is nothing (any more) to show here. */
export async function answerReveal(
  request: PageRequest,
  id: string,
  ports: PagePorts,
  { tokens, links }: { tokens: FormTokens; links: RevealLinks },
): Promise<PageAnswer | undefined> {
  const reveal = await links.find(id);
  if (!reveal) return undefined;
  if (request.method === "GET") return await form(request, reveal, ports, tokens);
  if (!tokens.fits(request, only(request.form, "token"))) return { status: 403, page: stalePage() };
  const problem = await pinProblem(ports.pin, only(request.form, "pin"));
  if (problem) return await form(request, reveal, ports, tokens, problem);
  const secret = await ports.secrets.find(reveal.ref);
  if (!secret || !(await links.use(id, reveal))) return undefined;
  ports.log.info({ ref: reveal.ref }, "a secret was shown on the approval page");
  const name = onceName(reveal.ref);
  if (name === undefined) return { status: 200, page: revealedPage(reveal.ref, secret.reveal(), ports.where) };
  await ports.secrets.forget(reveal.ref);
  return { status: 200, page: fetchedPage(name, filesIn(secret), ports.where) };
}

/** As `src/pipeline/tool-context.ts` keeps them. */
function filesIn(secret: Secret): OfferedFile[] {
  return JSON.parse(secret.reveal()) as OfferedFile[];
}

async function form(
  request: PageRequest,
  { ref, expiresAt }: Reveal,
  { clock, pin, onThisMachine, where }: PagePorts,
  tokens: FormTokens,
  problem?: PinProblem,
): Promise<PageAnswer> {
  const view = { token: tokens.tokenFor(request.path), pinAsked: await pin.isSet(), onThisMachine, where, problem };
  const name = onceName(ref);
  const shown = name === undefined ? { name: ref, files: false } : { name, files: true };
  return {
    status: problem === undefined ? 200 : problemStatus[problem],
    page: revealForm(shown, expiresAt, clock.now(), view),
    headers: { "set-cookie": tokens.cookieFor(request) },
  };
}
