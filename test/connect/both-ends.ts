import type { Emulator, EmulatorRequest } from "../../src/core/carrier/emulator.ts";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { providers } from "../../src/providers/index.ts";

/** A number on a trunk of its carrier, and the hosts to which its calls go. */
interface Line {
  number: string;
  hosts: string[];
}

// biome-ignore lint/suspicious/noExplicitAny: an emulator's account, as it keeps it.
type Saved = Record<string, [string, any][]>;

const digits = (number: string) => number.replace(/\D/g, "");
const hostIn = (destination: string) => destination.replace(/^sip:/, "").split(/[:;]/)[0] ?? "";

/** Read from each emulator's own account, not by our code: one that reads wrongly would also judge wrongly. */
const linesOf: Record<string, (saved: Saved) => Line[]> = {
  exotel: ({ trunks = [] }) =>
    trunks.flatMap(([, { lists }]) =>
      lists["phone-numbers"].map((row: { phone_number: string }) => ({
        number: row.phone_number,
        hosts: lists["destination-uris"].map((uri: { destination: string }) => hostIn(uri.destination)),
      })),
    ),
  didww: ({ dids = [], inTrunks = [] }) =>
    dids.flatMap(([, { number, trunk }]) =>
      trunk === null
        ? []
        : [{ number, hosts: inTrunks.filter(([id]) => id === trunk).map(([, row]) => row.configuration.attributes.host) }],
    ),
  twilio: ({ numbers = [], trunks = [] }) =>
    numbers.flatMap(([, { values }]) => {
      const own = trunks.find(([sid]) => sid === values.trunk_sid)?.[1];
      const urls: { values: { sip_url: string } }[] = own?.originationUrls ?? [];
      return own ? [{ number: values.phone_number, hosts: urls.map((url) => hostIn(url.values.sip_url)) }] : [];
    }),
  telnyx: ({ numbers = [], fqdns = [] }) =>
    numbers.flatMap(([, { phone_number, connection_id }]) =>
      connection_id === null
        ? []
        : [
            {
              number: phone_number,
              hosts: fqdns.filter(([, row]) => String(row.connection_id) === String(connection_id)).map(([, row]) => row.fqdn),
            },
          ],
    ),
};

const isPlatform = (host: string) => /^sandbox\.(\w+\.)?sip\.livekit\.cloud$/.test(host);

/** The numbers whose calls go to LiveKit, while LiveKit has no trunk with that number, or no rule for it. */
function halfConnected(carrier: string, saved: ReadonlyMap<string, Saved>): string[] {
  const { inbound = [], rules = [] } = saved.get("livekit") ?? {};
  const answered = inbound.filter(([id]) => rules.some(([, { trunk_ids }]) => trunk_ids.length === 0 || trunk_ids.includes(id)));
  const numbers = new Set(answered.flatMap(([, row]) => row.numbers.map(digits)));
  const lines = linesOf[carrier]?.(saved.get(carrier) ?? {}) ?? [];
  return lines.filter(({ number, hosts }) => hosts.some(isPlatform) && !numbers.has(digits(number))).map(({ number }) => number);
}

export interface BothEnds {
  /** One carrier and LiveKit, whose emulators are watched. */
  providers: AnyProvider[];
  /** The half-connected numbers after each request that left some, with the request. */
  half: string[];
  /** Called once after so many writes of both ends. */
  after(writes: number, run: () => void): void;
  /** Somebody else's request to an end, past us. */
  ask(provider: string, request: Pick<EmulatorRequest, "method" | "body" | "headers"> & { path: string }): void;
  /** The account of an end. */
  saved(provider: string): Saved;
  /** Hosts of each number on a trunk now. */
  lines(): Line[];
}

/** Both ends of a connection, looked at after every request that either gets. */
export async function bothEnds(carrier: string): Promise<BothEnds> {
  const saved = new Map<string, Saved>();
  const half: string[] = [];
  const emulators = new Map<string, Emulator>();
  let count = 0;
  let due: { writes: number; run: () => void } | undefined;
  const note = (provider: string, what: string) => {
    saved.set(provider, JSON.parse(emulators.get(provider)?.save() ?? "{}"));
    for (const number of halfConnected(carrier, saved)) half.push(`${number} after ${what} of ${provider}`);
  };
  const watched = async (provider: AnyProvider): Promise<AnyProvider> => {
    const factory = await provider.sandbox();
    const isRead = factory.isRead ?? (({ method }: { method: string }) => method === "GET");
    const create: typeof factory.create = (options) => {
      const emulator = factory.create(options);
      emulators.set(provider.id, emulator);
      return {
        ...emulator,
        handle: (request) => {
          const answer = emulator.handle(request);
          if (isRead(request)) return answer;
          note(provider.id, `${request.method} ${request.segments.at(-1)}`);
          count += 1;
          if (due?.writes === count) due.run();
          return answer;
        },
      };
    };
    return { ...provider, sandbox: async () => ({ ...factory, create }) } as AnyProvider;
  };
  const both = providers.filter(({ id }) => id === carrier || id === "livekit");
  return {
    providers: await Promise.all(both.map(watched)),
    half,
    after: (writes, run) => {
      due = { writes: count + writes, run };
    },
    ask: (provider, { path, ...request }) => {
      const answer = emulators.get(provider)?.handle({ ...request, segments: path.split("/"), query: new URLSearchParams() });
      if (answer === undefined || answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer)}`);
      note(provider, `${request.method} ${path}, by somebody else,`);
    },
    saved: (provider) => saved.get(provider) ?? {},
    lines: () => linesOf[carrier]?.(saved.get(carrier) ?? {}) ?? [],
  };
}
