import type { Outside } from "../approval/outside.ts";
import { keyFor } from "../auth/seal.ts";
import { isStillIn } from "../auth/tenant-of.ts";
import type { TenantsFile } from "../auth/tenants-file.ts";
import type { Approvals, Store } from "../core/store/store.ts";
import type { PageHandler, PageRequest } from "./page-server.ts";
import { createPages } from "./pages.ts";
import { sealedLinks } from "./sign-in/reveal-links.ts";
import { createSignIn, type SignInPorts } from "./sign-in/sign-in-page.ts";
import { createPersonCookie, goTo, type Person, pathTo } from "./sign-in/signed-in.ts";

export interface HostedPagePorts extends Omit<SignInPorts, "file" | "secure" | "claimsOf" | "personIn" | "person"> {
  /** Undefined where nobody needs to sign in: on loopback, for the person at this machine. */
  file(): TenantsFile | undefined;
  storeOf(tenant: string): Store | undefined;
}

export interface HostedPages {
  handle: PageHandler;
  /** How the persons of a tenant are reached; `command` where their terminal reaches the same store. */
  outsideOf(tenant: string, store: Store, command: Outside["approvalCommand"]): Outside;
}

const atThisMachine: Person = { tenant: "local", principal: "local" };

/** The pages of `trunkline http`: each person sees what waits for themselves, and what waits for others does not exist. */
export function createHostedPages(ports: HostedPagePorts): HostedPages {
  const { stateKey, clock, log } = ports;
  const secure = () => ports.origin().startsWith("https:");
  const person = createPersonCookie({ stateKey, clock, secure });

  async function personIn(request: PageRequest): Promise<Person | undefined> {
    const file = ports.file();
    if (!file) return atThisMachine;
    const found = await person.read(request);
    return found && isStillIn(file, found.tenant, found.principal) ? found : undefined;
  }

  function pagesFor(who: Person, { approvals, pin, secrets, claims }: Store): PageHandler {
    const form = { key: keyFor(`form ${JSON.stringify([who.tenant, who.principal])}`, stateKey), secure: secure() };
    const links = sealedLinks(who, claims, ports);
    return createPages({ approvals: approvalsOf(who, approvals), pin, secrets, clock, log }, { form, links }).handle;
  }

  const signIn = (file: TenantsFile) =>
    createSignIn({ ...ports, file: () => file, secure, person, personIn, claimsOf: (tenant) => ports.storeOf(tenant)?.claims });

  return {
    handle: async (request) => {
      const file = ports.file();
      if (file && /^\/sign(in|out)(\/|$)/.test(request.path)) return await signIn(file)(request);
      const who = await personIn(request);
      const store = who && ports.storeOf(who.tenant);
      return store ? await pagesFor(who, store)(request) : goTo(pathTo("/signin", { to: request.path }));
    },
    outsideOf: (tenant, { claims }, command) => ({
      approvalUrl: async (id) => `${ports.origin()}/approve/${id}`,
      approvalCommand: command,
      revealUrl: async (ref, principal) =>
        `${ports.origin()}/secret/${await sealedLinks({ tenant, principal }, claims, ports).create(ref)}`,
    }),
  };
}

/** Another's approval is as unknown as one that never was. */
function approvalsOf({ principal }: Person, approvals: Approvals): Pick<Approvals, "find" | "decide"> {
  const find = async (id: string) => {
    const found = await approvals.find(id);
    return found?.principal === principal ? found : undefined;
  };
  return { find, decide: async (id, granted) => (await find(id)) !== undefined && (await approvals.decide(id, granted)) };
}
