import * as z from "zod";
import type { Emulator } from "../../src/core/carrier/emulator.ts";
import { connectOver, defineProvider } from "../../src/core/carrier/provider.ts";
import { emptyReach } from "../../src/core/carrier/reach.ts";
import { suspicion, type Trunk } from "../../src/core/carrier/trunk.ts";
import { path, type Wire } from "../../src/core/carrier/wire.ts";
import { TrunkError } from "../../src/core/errors.ts";

const recordSchema = z.object({ id: z.string(), name: z.string(), state: z.string() });
const pageSchema = z.object({ items: z.array(recordSchema), next: z.string().nullish() });

interface ToyClient {
  page(from: string | undefined, limit: number, signal: AbortSignal | undefined): Promise<{ trunks: Trunk[]; next?: string | undefined }>;
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
    limit: { calls: 1000, perMs: 1000 },
    trunkField: "trunk_id",
    reach: async () => ({ reach: () => emptyReach }),
    async connect({ TOY_URL }, { openWire }) {
      const wire = openWire({
        account: id,
        title: `Toy ${id}`,
        baseUrl: TOY_URL,
        baseUrlSetting: "TOY_URL",
        limit: { calls: 1000, perMs: 1000 },
        headers: () => ({}),
      });
      const clientOver = (wire: Wire): ToyClient => ({
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
    sandbox: async () => ({ dialects: ["observed"], create: () => emulatorOf((request) => answer(id, names, behaviour, request.query)) }),
    sandboxSettings: (baseUrl) => ({ TOY_URL: baseUrl }),
  });
}

/** An account that is always the same. */
function emulatorOf(handle: Emulator["handle"]): Emulator {
  return { handle, save: () => "", load: () => {} };
}

function answer(id: string, names: string[], { failing }: { failing?: boolean }, query: URLSearchParams) {
  if (failing) return { status: 401, body: {} };
  const from = Number(query.get("from") ?? 0);
  const end = from + Number(query.get("limit"));
  const items = names
    .slice(from, end)
    .map((name, index) => ({ id: `${id}-${from + index}`, name, state: (from + index) % 2 === 0 ? "active" : "blocked" }));
  return { status: 200, body: { items, next: end < names.length ? String(end) : null } };
}
