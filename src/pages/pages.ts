import { answerApproval } from "./approval-page.ts";
import { createFormTokens, type FormKey, processKey } from "./form-token.ts";
import { type PageAnswer, type PageRequest, type PageServer, startPageServer } from "./page-server.ts";
import { unknownPage } from "./parts/approval.ts";
import type { PagePorts } from "./ports.ts";
import { answerReveal, processLinks, type RevealLinks } from "./secret-page.ts";

export interface ApprovalPage {
  /** Where a person decides this approval. */
  urlOf(id: string): Promise<string>;
  /** Where a person sees this secret, once; good for 10 minutes. */
  revealUrlOf(ref: string): Promise<string>;
  close(): Promise<void>;
}

/** The pages themselves, for whichever server shows them. */
export interface Pages {
  handle(request: PageRequest): Promise<PageAnswer>;
  approvalPath(id: string): string;
  /** A path under which this secret is shown once; good for 10 minutes. */
  revealPath(ref: string): Promise<string>;
}

/** What lives as long as the process, unless several share it. */
export interface PageKeys {
  form: FormKey;
  links: RevealLinks;
}

export function createPages(ports: PagePorts, { form, links }: PageKeys): Pages {
  const tokens = createFormTokens(form);
  return {
    handle: async (request) => {
      const [, room, id = ""] = /^\/(approve|secret)\/([\w.-]{1,2048})$/.exec(request.path) ?? [];
      if (room === "approve") return await answerApproval(request, id, ports, tokens);
      return (room === "secret" ? await answerReveal(request, id, ports, { tokens, links }) : undefined) ?? nothingHere();
    },
    approvalPath: (id) => `/approve/${id}`,
    revealPath: async (ref) => `/secret/${await links.create(ref)}`,
  };
}

export function nothingHere(): PageAnswer {
  return { status: 404, page: unknownPage() };
}

/** The pages through which a person's word reaches a process that can show no form. The server starts when first needed. */
export function createApprovalPage(ports: PagePorts): ApprovalPage {
  const pages = createPages(ports, { form: processKey(), links: processLinks(ports.clock) });
  let started: Promise<PageServer> | undefined;
  const origin = async () => {
    started ??= startPageServer(pages.handle, ports.log, ports.timing).catch((error: unknown) => {
      started = undefined;
      throw error;
    });
    return (await started).origin;
  };
  return {
    urlOf: async (id) => `${await origin()}${pages.approvalPath(id)}`,
    revealUrlOf: async (ref) => `${await origin()}${await pages.revealPath(ref)}`,
    close: async () => {
      const running = started;
      started = undefined;
      await (await running)?.close();
    },
  };
}
