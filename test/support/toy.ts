import * as z from "zod";
import type { Emulator } from "../../src/core/carrier/emulator.ts";
import { type WriteOperation, writeOperation } from "../../src/core/carrier/operation.ts";
import { connectOver, defineProvider } from "../../src/core/carrier/provider.ts";
import { emptyReach } from "../../src/core/carrier/reach.ts";
import { severalWrites } from "../../src/core/carrier/several-writes.ts";
import { suspicion, type Trunk } from "../../src/core/carrier/trunk.ts";
import { path, type Wire, type WireAnswer } from "../../src/core/carrier/wire.ts";
import { TrunkError } from "../../src/core/errors.ts";

const recordSchema = z.object({ id: z.string(), name: z.string(), state: z.string(), serial: z.string() });
const listSchema = z.object({ bells: z.array(z.string()) });
const pageSchema = z.object({ items: z.array(recordSchema), next: z.string().nullish() });

/** An integer that a number cannot hold. */
const SERIAL = 1293384261075731499n;
/** Permits few calls at once, over both of its hosts. */
const limit = { calls: 1000, perMs: 1000, atOnce: 4 };

export interface ToyClient {
  page(from: string | undefined, limit: number, signal: AbortSignal | undefined): Promise<{ trunks: Trunk[]; next?: string | undefined }>;
  /** Hangs up bells in several requests, each of them a form to the other host. */
  hangBells: WriteOperation<{ bells: string[] }, { bells: string[] }>;
}

/** A carrier that exists in tests only, written as CONTRIBUTING tells: what a provider needs and nothing else. */
export function toyProvider(id: string, names: string[], behaviour: { failing?: boolean } = {}) {
  const settings = z.object({ TOY_URL: z.url().describe("where the toy answers") });
  return defineProvider<typeof settings, ToyClient>({
    id,
    title: `Toy ${id}`,
    docs: "https://toy.example",
    settings,
    required: ["TOY_URL"],
    limit,
    trunkField: "trunk_id",
    reach: async () => ({ reach: () => emptyReach }),
    async connect({ TOY_URL }, { openWire }) {
      const wire = openWire({
        account: id,
        title: `Toy ${id}`,
        baseUrl: TOY_URL,
        baseUrlSetting: "TOY_URL",
        otherBases: { bells: { baseUrl: `${TOY_URL}/bells`, baseUrlSetting: "TOY_URL" } },
        encoding: "form",
        limit,
        headers: () => ({}),
      });
      const clientOver = (wire: Wire): ToyClient => ({
        hangBells: hangBells(wire),
        page: async (from, limit, signal) => {
          const { items, next } = await wire.send({
            effect: "read",
            method: "GET",
            operation: "list trunks",
            path: path`/trunks`,
            query: { from, limit },
            parse: ({ status, json }) => {
              if (status === 401) throw new TrunkError("unauthorized", "The toy did not accept the key.");
              return pageSchema.parse(json);
            },
            signal,
          });
          const trunks = items.map((item) => ({
            provider: id,
            trunk_id: item.id,
            trunk_name: item.name,
            attributes: { serial: item.serial },
            ...suspicion(item.name, false),
            status: item.state,
          }));
          return { trunks, next: next ?? undefined };
        },
      });
      return connectOver(wire, clientOver, {
        isTrunkId: (value) => value.startsWith(`${id}-`),
        list: (at, { from, limit, signal }) => at.page(from, limit, signal),
        get: async (at, trunkId, signal) => {
          const { trunks } = await at.page(undefined, 1000, signal);
          const trunk = trunks.find((row) => row.trunk_id === trunkId);
          if (!trunk) throw new TrunkError("not_found", "The toy knows no such trunk.");
          return { trunk, warnings: [] };
        },
      });
    },
    sandbox: async () => ({ dialects: ["observed"], create: () => emulatorOf(id, names, behaviour) }),
    sandboxSettings: (baseUrl) => ({ TOY_URL: baseUrl }),
  });
}

function hangBells(wire: Wire): ToyClient["hangBells"] {
  const parse = ({ json }: WireAnswer) => listSchema.parse(json).bells;
  const list = (signal?: AbortSignal) =>
    wire.send({ effect: "read", method: "GET", operation: "list bells", base: "bells", path: path`/rows`, parse, signal });
  const one = writeOperation<string, string[]>(wire, {
    operation: "hang up a bell",
    method: "POST",
    base: "bells",
    path: () => path`/rows`,
    body: (Bell) => ({ Bell }),
    parse,
    settle: async (bell) => [await list()].find((bells) => bells.includes(bell)),
  });
  return severalWrites({
    settle: async (input) =>
      [await list()].filter((there) => input.bells.every((bell) => there.includes(bell))).map((bells) => ({ bells }))[0],
    async run({ bells }, requests) {
      let there = await list(requests.signal);
      for (const bell of bells) if (!there.includes(bell)) there = await requests.make(one, bell, `${bell} was hung up`);
      return { bells: there };
    },
  });
}

/** Trunks that are always the same, and bells. */
function emulatorOf(id: string, names: string[], behaviour: { failing?: boolean }): Emulator {
  let bells: string[] = [];
  return {
    handle({ method, segments, query, headers, body }) {
      if (segments[0] !== "bells") return answer(id, names, behaviour, query);
      const isForm = headers["content-type"] === "application/x-www-form-urlencoded";
      if (method === "POST" && !isForm) return { status: 415, body: {} };
      if (method === "POST") bells.push(...new URLSearchParams(body).getAll("Bell"));
      return { status: 200, body: { bells } };
    },
    save: () => JSON.stringify(bells),
    load: (saved) => {
      bells = saved === undefined ? [] : JSON.parse(saved);
    },
  };
}

function answer(id: string, names: string[], { failing }: { failing?: boolean }, query: URLSearchParams) {
  if (failing) return { status: 401, body: {} };
  const from = Number(query.get("from") ?? 0);
  const end = from + Number(query.get("limit"));
  const items = names
    .slice(from, end)
    .map((name, index) => ({ id: `${id}-${from + index}`, name, state: (from + index) % 2 === 0 ? "active" : "blocked", serial: SERIAL }));
  return { status: 200, body: { items, next: end < names.length ? String(end) : null } };
}
