import type { AnyProvider } from "../../../src/core/carrier/provider.ts";
import { parseSettings } from "../../../src/core/config.ts";
import { Secret } from "../../../src/core/secret.ts";
import type { Policy } from "../../../src/pipeline/policy.ts";
import { type Answer, agreeing, type Options, startTrunkline, type Trunkline } from "../../support/trunkline.ts";
import { PASSWORD } from "../../support/vyom.ts";
import type { Operation, Scene } from "./contract.ts";

/** One operation on a Trunkline of its own, its scene set. */
export interface Stage {
  scene: Scene;
  sandbox: Trunkline["sandbox"];
  journal: Trunkline["scope"]["store"]["journal"];
  call(tool: string, args: Record<string, unknown>): Promise<Answer>;
  perform(): Promise<Answer>;
  /** The requests of the operation's method and path since the scene was set. */
  sent(): { query: Record<string, string>; body: unknown }[];
  /** How many reads come before the operation's own request. */
  readsBefore(): number;
  /** Everything that no result may hold. */
  secrets(): string[];
  close(): Promise<void>;
}

export interface StageOptions {
  provider: AnyProvider;
  dialect: string;
  operation: Operation;
  timing?: Options["timing"];
  policy?: Partial<Policy>;
}

/** A Trunkline for each case: no budget, rate or name is left over from another. */
export async function setStage({ provider, dialect, operation, timing = {}, policy = {} }: StageOptions): Promise<Stage> {
  let scene: Scene = {};
  const environment = { TRUNKLINE_SECRET_TWILIO: PASSWORD };
  const options = { providers: [provider], dialect, person: agreeing, environment, policy, timing };
  const { sandbox, scope, call, close } = await startTrunkline(options);
  for (const step of operation.scene ?? []) {
    const { isError, value } = await call(step.tool, step.arguments(scene));
    if (isError) throw new Error(`the scene could not be set: ${step.tool} answered ${JSON.stringify(value)}`);
    scene = { ...scene, ...step.keep?.(value) };
  }
  const before = sandbox.seen.length;
  const { method, path } = operation.request(scene);
  const requests = () => sandbox.seen.slice(before).map((seen) => ({ ...seen, url: new URL(seen.path, "http://sandbox") }));
  const isOwn = (seen: { method: string; url: URL }) => seen.method === method && seen.url.pathname === `/${provider.id}${path}`;
  return {
    scene,
    sandbox,
    journal: scope.store.journal,
    call,
    close,
    perform: () => call(operation.tool, operation.arguments(scene)),
    sent: () =>
      requests()
        .filter(isOwn)
        .map(({ url, body, headers }) => ({ query: Object.fromEntries(url.searchParams), body: bodyOf(body, headers["content-type"]) })),
    readsBefore: () => {
      const all = requests();
      return all.slice(0, all.findIndex(isOwn)).filter((seen) => seen.effect === "read").length;
    },
    secrets: () => [...keysOf(provider, sandbox), ...passwordsIn(sandbox.seen), ...(operation.secrets?.(scene) ?? [])],
  };
}

/** A form's fields are texts. */
function bodyOf(body: string, type: string | undefined): unknown {
  if (body === "") return undefined;
  return type === "application/x-www-form-urlencoded" ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body);
}

/** The keys of the settings, bare, encoded, and as the headers carry them. */
function keysOf(provider: AnyProvider, sandbox: Trunkline["sandbox"]): string[] {
  const settings = parseSettings(provider.settings, provider.sandboxSettings(sandbox.urlOf(provider.id)));
  const keys = Object.values(settings).flatMap((value) => (value instanceof Secret ? [value.reveal()] : []));
  const headers = sandbox.seen.flatMap(({ headers: { authorization } }) => authorization?.split(" ").at(-1) ?? []);
  return [...new Set([...keys, ...keys.map((key) => Buffer.from(key).toString("base64")), ...headers])];
}

/** Every password that was sent, wherever it stood in a body. */
function passwordsIn(seen: Trunkline["sandbox"]["seen"]): string[] {
  const inJson = seen.flatMap(({ body }) => [...body.matchAll(/"[^"]*password[^"]*":"([^"]+)"/g)]);
  const inForms = seen.flatMap(({ body }) => [...body.matchAll(/(?:^|&)Password=([^&]+)/g)]);
  const matches = [...inJson, ...inForms];
  return matches.flatMap(([, password]) => password ?? []);
}

/** The secrets that a client was shown, anywhere in the result. */
export function leaked(answer: Answer, secrets: readonly string[]): string[] {
  const text = JSON.stringify(answer.raw);
  return secrets.filter((secret) => text.includes(secret));
}
