import type { Outside } from "../approval/outside.ts";
import { keyFor } from "../auth/seal.ts";
import { isStillIn } from "../auth/tenant-of.ts";
import type { TenantsFile } from "../auth/tenants-file.ts";
import { kindOf } from "../core/carrier/where.ts";
import { withFields } from "../core/log.ts";
import type { Approvals } from "../core/store/approvals.ts";
import type { Store } from "../core/store/store.ts";
import type { PageHandler, PageRequest } from "./page-server.ts";
import { createPages, nothingHere, type Pages } from "./pages.ts";
import { paths } from "./paths.ts";
import type { CookiePorts } from "./sign-in/cookies.ts";
import { sealedLinks } from "./sign-in/reveal-links.ts";
import { createSignIn, type SignInPages, type SignInPorts } from "./sign-in/sign-in-page.ts";
import { createPersonCookie, goTo, type Person, pathTo } from "./sign-in/signed-in.ts";

export interface HostedPagePorts extends Omit<SignInPorts, "file" | "secure" | "claimsOf" | "personIn" | "person"> {
  /** Undefined where nobody needs to sign in: on loopback, for the person at this machine. */
  file(): TenantsFile | undefined;
  storeOf(tenant: string): Store | undefined;
}

/** `approve` and `secret` are for the person who signed in; the others sign in and out. */
export type HostedPages = Pages & SignInPages;

const atThisMachine: Person = { tenant: "local", principal: "local" };

/** The pages of `trunkline http`. Each person sees their own approvals and secrets; those of others do not exist. */
export function createHostedPages(ports: HostedPagePorts): HostedPages {
  const { stateKey, clock } = ports;
  const secure = () => ports.origin().startsWith("https:");
  const person = createPersonCookie({ stateKey, clock, secure });

  async function personIn(request: PageRequest): Promise<Person | undefined> {
    const file = ports.file();
    if (!file) return atThisMachine;
    const found = await person.read(request);
    return found && isStillIn(file, found.tenant, found.principal) ? found : undefined;
  }

  function pagesFor(who: Person, { approvals, pin, secrets, claims }: Store): Pages {
    const form = { key: keyFor(`form ${JSON.stringify([who.tenant, who.principal])}`, stateKey), secure: secure() };
    const links = sealedLinks(who, claims, ports);
    const onThisMachine = ports.file() === undefined;
    const where = ports.whereOf(who.tenant);
    const log = withFields(ports.log, { tenant: who.tenant, where: kindOf(where?.sandbox === true) });
    return createPages({ approvals: approvalsOf(who, approvals), pin, secrets, clock, log, onThisMachine, where }, { form, links });
  }

  const forPerson =
    (page: keyof Pages): PageHandler =>
    async (request) => {
      const who = await personIn(request);
      const store = who && ports.storeOf(who.tenant);
      return store ? await pagesFor(who, store)[page](request) : goTo(pathTo(paths.signIn, { to: request.path }));
    };

  const forAnyone =
    (page: keyof SignInPages): PageHandler =>
    async (request) => {
      const file = ports.file();
      if (!file) return nothingHere();
      const claimsOf = (tenant: string) => ports.storeOf(tenant)?.claims;
      return await createSignIn({ ...ports, file: () => file, secure, person, personIn, claimsOf })[page](request);
    };

  return {
    approve: forPerson("approve"),
    secret: forPerson("secret"),
    signIn: forAnyone("signIn"),
    signInWith: forAnyone("signInWith"),
    signInCallback: forAnyone("signInCallback"),
    signOut: forAnyone("signOut"),
  };
}

export interface OutsidePorts extends Pick<CookiePorts, "stateKey" | "clock"> {
  origin(): string;
  /** For a person whose terminal reaches the same store. */
  commands: Pick<Outside, "approvalCommand" | "secretCommand"> | undefined;
}

/** Reaches the persons of a tenant by the pages. */
export function createOutside({ origin, commands, ...sealing }: OutsidePorts): (tenant: string, store: Store) => Outside {
  return (tenant, { claims }) => ({
    approvalUrl: async (id) => `${origin()}${paths.approve}${id}`,
    approvalCommand: (id) => commands?.approvalCommand(id),
    secretCommand: (ref) => commands?.secretCommand(ref),
    revealUrl: async (ref, principal) =>
      `${origin()}${paths.secret}${await sealedLinks({ tenant, principal }, claims, sealing).create(ref)}`,
  });
}

/** Does not reveal that another principal's approval exists. */
function approvalsOf({ principal }: Person, approvals: Approvals): Pick<Approvals, "find" | "decide"> {
  const find = async (id: string) => {
    const found = await approvals.find(id);
    return found?.principal === principal ? found : undefined;
  };
  return { find, decide: async (id, ...decision) => (await find(id)) !== undefined && (await approvals.decide(id, ...decision)) };
}
