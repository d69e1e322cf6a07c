import type { Emulator, EmulatorAnswer, EmulatorFactory, EmulatorRequest } from "../../src/core/carrier/emulator.ts";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { providers as allProviders } from "../../src/providers/index.ts";
import { type Account, type Violation, violations } from "./account.ts";
import { ask, exotelRows, type ProviderId, readAccount, type Told } from "./read-account.ts";

/** A write that the server sent, with the account as it was and as it left it. */
export interface Write {
  provider: ProviderId;
  method: string;
  path: string;
  body: string;
  status: number;
  before: Account;
  after: Account;
}

/** An event at a carrier's door: a fault in place of the answer, or something beside it. */
export type Door = (write: Pick<Write, "provider" | "method" | "path" | "body">) => EmulatorAnswer | undefined;

/** The carriers' emulators, with everything that the server did to them, and a way past the server. */
export interface WatchedCarriers {
  providers: AnyProvider[];
  /** Writes of the server, oldest first. What was answered by a fault changed nothing, and is here too. */
  writes: Write[];
  account(): Account;
  /** Somebody else's doing. */
  directly(provider: ProviderId, method: string, path: string, body?: unknown): EmulatorAnswer;
  /** Called before each write of the server. */
  before(door: Door | undefined): void;
  /** Called once it took effect. */
  after(told: ((write: Write) => void) | undefined): void;
}

export function watchCarriers(): WatchedCarriers {
  const emulators = new Map<ProviderId, Emulator>();
  const told: Told = { logins: new Map(), configs: new Map() };
  const writes: Write[] = [];
  let door: Door | undefined;
  let listener: ((write: Write) => void) | undefined;
  // A carrier whose clock runs a minute between two requests never sees too many in one.
  let now = Date.now();
  const account = () => readAccount(emulators, told);

  function watched(provider: ProviderId, emulator: Emulator, isRead: NonNullable<EmulatorFactory["isRead"]>): Emulator {
    return {
      ...emulator,
      handle: (request) => {
        if (isRead(request)) return emulator.handle(request);
        const { method, body } = request;
        const path = pathOf(provider, request);
        const fault = door?.({ provider, method, path, body });
        const before = account();
        const answer = fault ?? emulator.handle(request);
        if (!fault) remember(provider, method, path, body, answer, told);
        const write = { provider, method, path, body, status: answer.status, before, after: account() };
        writes.push(write);
        if (!fault) listener?.(write);
        return answer;
      },
    };
  }

  const providers = allProviders.map((provider): AnyProvider => {
    const id = provider.id as ProviderId;
    const sandbox = async () => {
      const factory = await provider.sandbox();
      const create: typeof factory.create = ({ dialect } = {}) => {
        const emulator = factory.create({ dialect, now: () => (now += 60_000) });
        emulators.set(id, emulator);
        return watched(id, emulator, factory.isRead ?? (({ method }) => method === "GET"));
      };
      return { ...factory, create };
    };
    return { ...provider, sandbox } as AnyProvider;
  });

  return {
    providers,
    writes,
    account,
    directly: (provider, method, path, body) => {
      const emulator = emulators.get(provider);
      if (!emulator) throw new Error(`no emulator of ${provider} has started`);
      const answer = ask(emulator, provider, method, path, body);
      remember(provider, method, path, body === undefined ? "" : JSON.stringify(body), answer, told);
      return answer;
    },
    before: (given) => {
      door = given;
    },
    after: (given) => {
      listener = given;
    },
  };
}

/** Below the carrier's root, with the query. */
function pathOf(provider: ProviderId, { segments, query }: EmulatorRequest): string {
  const below = segments.slice({ exotel: 3, didww: 1, vyom: 1, livekit: 2, telnyx: 1, twilio: 0 }[provider]).join("/");
  return query.size > 0 ? `${below}?${query}` : below;
}

/** Notes what no later answer of the carrier tells. */
function remember(provider: ProviderId, method: string, path: string, body: string, answer: EmulatorAnswer, told: Told): void {
  const login = provider === "exotel" ? /^trunks\/([^/]+)\/credentials(?:\?id=(.+))?$/.exec(path) : null;
  const [row] = login ? exotelRows(answer) : [];
  const [, sid = "", id = ""] = login ?? [];
  if (login && method === "POST" && row) told.logins.set(sid, new Map([...(told.logins.get(sid) ?? []), [row["id"], row["user_name"]]]));
  if (login && method === "DELETE" && answer.status < 300) told.logins.get(sid)?.delete(id);
  const { data } = (answer.body ?? {}) as { data?: { trunk_id?: string } };
  if (provider === "vyom" && method === "POST" && data?.trunk_id !== undefined) told.configs.set(data.trunk_id, JSON.parse(body));
}

export interface Harm extends Violation {
  write: string;
}

/** Requests of the server that did, or would have done, what only a person may have done. `plain`: passwords that a model wrote. */
export function harmOf(writes: readonly Write[], plain: readonly string[] = []): Harm[] {
  return writes.flatMap((write) => {
    const said = `${write.provider} ${write.method} ${write.path} ${write.body}`;
    const found = [...violations(write.before, write.after), ...plainPasswords(write, plain)];
    return [...found, ...(found.length === 0 ? attempts(write) : [])].map((one) => ({ ...one, write: said }));
  });
}

function plainPasswords({ body, path }: Write, plain: readonly string[]): Violation[] {
  const used = plain.filter((password) => body.includes(password));
  return used.map((password) => ({ kind: "logins opened", trunk: path, detail: `a password in plain: ${password}` }));
}

/** A write that a carrier refused, or never did because of a fault, would have been done all the same. */
function attempts({ provider, method, path, body }: Write): Violation[] {
  if (method === "DELETE" || path.startsWith("DeleteSIP")) return [{ kind: "trunk lost", trunk: path, detail: "a removal was sent" }];
  if (path === "voice_out_trunk_regenerate_credentials") return [{ kind: "logins lost", trunk: path, detail: "a new login was asked for" }];
  if (provider === "telnyx" && method === "PATCH" && /"user_name"|"password"/.test(body))
    return [{ kind: "logins lost", trunk: path, detail: "another login was asked for" }];
  if (provider === "telnyx" && method === "PATCH" && /^\{"connection_id":(""|null)\}$/.test(body))
    return [{ kind: "routes lost", trunk: path, detail: "a number was to be taken off" }];
  return [];
}
