import { answerApproval } from "./approval-page.ts";
import { createFormTokens, type FormKey, processKey } from "./form-token.ts";
import { type PageAnswer, type PageHandler, type PageServer, startPageServer } from "./page-server.ts";
import { unknownPage } from "./parts/approval.ts";
import { idAfter, paths } from "./paths.ts";
import type { PagePorts } from "./ports.ts";
import { answerReveal, processLinks, type RevealLinks } from "./secret-page.ts";

export interface ApprovalPage {
  /** The address at which a person decides this approval. */
  urlOf(id: string): Promise<string>;
  /** The address at which a person sees this secret, once; good for 10 minutes. */
  revealUrlOf(ref: string): Promise<string>;
  close(): Promise<void>;
}

/** The pages themselves, for whichever server shows them. */
export interface Pages {
  approve: PageHandler;
  secret: PageHandler;
}

/** Keys that live as long as the process, unless several processes share them. */
export interface PageKeys {
  form: FormKey;
  links: RevealLinks;
}

export function createPages(ports: PagePorts, { form, links }: PageKeys): Pages {
  const tokens = createFormTokens(form);
  return {
    approve: async (request) => {
      const id = idAfter(paths.approve, request.path);
      return id === undefined ? nothingHere() : await answerApproval(request, id, ports, tokens);
    },
    secret: async (request) => {
      const id = idAfter(paths.secret, request.path);
      return (id === undefined ? undefined : await answerReveal(request, id, ports, { tokens, links })) ?? nothingHere();
    },
  };
}

export function nothingHere(): PageAnswer {
  return { status: 404, page: unknownPage() };
}

/** The pages through which a person's word reaches a process that can show no form. The server starts when first needed. */
export function createApprovalPage(given: Omit<PagePorts, "onThisMachine">): ApprovalPage {
  const ports = { ...given, onThisMachine: true };
  const links = processLinks(ports.clock);
  const { approve, secret } = createPages(ports, { form: processKey(), links });
  const handle: PageHandler = async (request) => await (request.path.startsWith(paths.secret) ? secret : approve)(request);
  let started: Promise<PageServer> | undefined;
  const memory = ports.memory?.("approval page");
  const startOnKnownPort = async () => {
    const known = await memory?.recall("port");
    const server = await startPageServer(handle, ports.log, ports.timing, typeof known === "number" ? known : 0);
    // Another process may have the known port: then its links go on, and this one's end with it.
    if (typeof known !== "number") await memory?.remember("port", Number(new URL(server.origin).port));
    return server;
  };
  const origin = async () => {
    started ??= startOnKnownPort().catch((error: unknown) => {
      started = undefined;
      throw error;
    });
    return (await started).origin;
  };
  return {
    urlOf: async (id) => `${await origin()}${paths.approve}${id}`,
    revealUrlOf: async (ref) => `${await origin()}${paths.secret}${await links.create(ref)}`,
    close: async () => {
      const running = started;
      started = undefined;
      await (await running)?.close();
    },
  };
}
