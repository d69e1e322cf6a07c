import { keyFor } from "../../auth/seal.ts";
import { kindOf } from "../../core/carrier/where.ts";
import type { Where } from "../../core/consequence.ts";
import { type Log, withFields } from "../../core/log.ts";
import { DECIDE_MS } from "../../core/person-limits.ts";
import type { Claims } from "../../core/store/store.ts";
import { createFormTokens, type FormTokens, isEqual, only } from "../form-token.ts";
import type { PageAnswer, PageHandler, PageRequest } from "../page-server.ts";
import { nothingHere } from "../pages.ts";
import { stalePage } from "../parts/approval.ts";
import { type SignInProblem, signedInPage, signedOutPage, signInFailedPage, signInPage } from "../parts/sign-in.ts";
import { paths } from "../paths.ts";
import { beginFlow, type Flow, type FlowPorts, finishFlow, flowSchema } from "./code-flow.ts";
import { type Cookie, type CookiePorts, createCookie } from "./cookies.ts";
import { signInWithToken } from "./passphrase.ts";
import { createKnownCookie, goTo, type Person, pathTo, wantedPath } from "./signed-in.ts";

export interface SignInPorts extends FlowPorts, CookiePorts {
  claimsOf(tenant: string): Claims | undefined;
  /** The sandbox, or the accounts of a tenant. */
  whereOf(tenant: string): Where | undefined;
  /** The same of all tenants, for somebody who is not signed in. */
  forStrangers(): Where;
  /** The person who is signed in. */
  personIn(request: PageRequest): Promise<Person | undefined>;
  person: Cookie<Person>;
}

const statusOf = {
  token_missing: 422,
  passphrase_missing: 422,
  sign_in_wrong: 403,
  sign_in_locked: 429,
  passphrase_unset: 403,
} as const satisfies Record<SignInProblem, number>;

export interface SignInPages {
  signIn: PageHandler;
  /** Leads to an issuer. */
  signInWith: PageHandler;
  /** Comes back from it. */
  signInCallback: PageHandler;
  signOut: PageHandler;
}

export function createSignIn(ports: SignInPorts): SignInPages {
  const flows = createCookie(flowSchema, "signin", DECIDE_MS, ports);
  const tokens = () => createFormTokens({ key: keyFor("sign-in form", ports.stateKey), secure: ports.secure() });
  return {
    signIn: async (request) => await (request.method === "POST" ? typed : welcome)(request, tokens(), ports),
    signInWith: async (request) => await leave(request, ports, flows),
    signInCallback: async (request) => await comeBack(request, ports, flows),
    signOut: async (request) => (request.method === "POST" ? await signOut(request, tokens(), ports) : goTo(paths.signIn)),
  };
}

async function welcome(request: PageRequest, tokens: FormTokens, ports: SignInPorts): Promise<PageAnswer> {
  const [person, to] = [await ports.personIn(request), wantedPath(request.query)];
  if (!person) return form(request, tokens, ports);
  if (to !== undefined) return goTo(to);
  const page = signedInPage(person.principal, tokens.tokenFor(paths.signOut), ports.whereOf(person.tenant));
  return { status: 200, page, headers: { "set-cookie": tokens.cookieFor({ ...request, path: paths.signOut }) } };
}

function form(request: PageRequest, tokens: FormTokens, { file, forStrangers }: SignInPorts, problem?: SignInProblem): PageAnswer {
  const { issuers, tokens: known } = file();
  const to = wantedPath(request.query);
  const page = signInPage({
    token: tokens.tokenFor(request.path),
    issuers: issuers.flatMap(({ issuer, client_id }) =>
      client_id === undefined ? [] : [{ name: issuer, path: pathTo(paths.signInWith, { issuer, to }) }],
    ),
    byToken: known.length > 0,
    where: forStrangers(),
    problem,
  });
  return { status: problem ? statusOf[problem] : 200, page, headers: { "set-cookie": tokens.cookieFor(request) } };
}

async function typed(request: PageRequest, tokens: FormTokens, ports: SignInPorts): Promise<PageAnswer> {
  if (!tokens.fits(request, only(request.form, "token"))) return { status: 403, page: stalePage() };
  const [token, passphrase] = [only(request.form, "access_token")?.trim(), only(request.form, "passphrase")];
  if (!token) return form(request, tokens, ports, "token_missing");
  if (!passphrase) return form(request, tokens, ports, "passphrase_missing");
  const browser = createKnownCookie(ports);
  const given = { token, passphrase, address: request.address, known: await browser.read(request) };
  const found = await signInWithToken(given, ports.file().tokens, ports.claimsOf);
  if (typeof found === "string") return form(request, tokens, ports, found);
  logOf(found, ports).info({}, "a person signed in with a token and its passphrase");
  return goTo(wantedPath(request.query) ?? paths.signIn, [
    await ports.person.bake(found, request.port),
    await browser.bake(found, request.port),
  ]);
}

async function leave(request: PageRequest, ports: SignInPorts, flows: Cookie<Flow>): Promise<PageAnswer> {
  const issuer = ports.file().issuers.find((known) => known.issuer === request.query.get("issuer"));
  if (issuer?.client_id === undefined) return nothingHere();
  const begun = await beginFlow(issuer, wantedPath(request.query), ports);
  if ("why" in begun) return { status: begun.status, page: signInFailedPage(begun.why) };
  return goTo(begun.url, [await flows.bake(begun.flow, request.port)]);
}

async function comeBack(request: PageRequest, ports: SignInPorts, flows: Cookie<Flow>): Promise<PageAnswer> {
  const flow = await flows.read(request);
  const ended = flows.end(request.port);
  if (!flow || !isEqual(request.query.get("state") ?? undefined, flow.state)) {
    return { status: 400, page: signInFailedPage("This sign-in was not begun in this browser, or too long ago.") };
  }
  const found = await finishFlow(flow, request.query, ports);
  if ("why" in found) return { status: found.status, page: signInFailedPage(found.why), headers: { "set-cookie": ended } };
  logOf(found, ports).info({}, "a person signed in at an issuer");
  return goTo(flow.to ?? paths.signIn, [await ports.person.bake(found, request.port), ended]);
}

function logOf(person: Person, { log, whereOf }: SignInPorts): Log {
  return withFields(log, { ...person, where: kindOf(whereOf(person.tenant)?.sandbox === true) });
}

async function signOut(request: PageRequest, tokens: FormTokens, { person }: SignInPorts): Promise<PageAnswer> {
  if (!tokens.fits(request, only(request.form, "token"))) return { status: 403, page: stalePage() };
  return { status: 200, page: signedOutPage(), headers: { "set-cookie": person.end(request.port) } };
}
