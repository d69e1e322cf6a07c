import * as z from "zod";
import type { AnyProvider } from "./carrier/provider.ts";
import type { UseCase } from "./carrier/setup.ts";
import type { ShownTrunk } from "./carrier/shown-trunk.ts";
import { askFor, attachTrunk, type Completer, definePrompt, type Known, literal, type PromptContext, planned } from "./prompt.ts";

/** Besides its numbers, a trunk for this purpose needs an address that calls, or one that is called. */
interface Other {
  argument: "ip" | "destination";
  /** In plan_trunk. */
  field: "ips" | "destinations";
  /** For the person, and as it stands in the plan until they said it. */
  name: string;
  example: string;
  description: string;
  has(trunk: ShownTrunk, value: string | undefined): boolean;
}

const others: Record<Other["argument"], Other> = {
  ip: {
    argument: "ip",
    field: "ips",
    name: "static IPv4 address",
    example: "static public IPv4 address",
    description: "Static public IPv4 address from which calls are placed",
    has: ({ whitelisted_ips = [] }, value) => whitelisted_ips.some(({ ip }) => ip === value),
  },
  destination: {
    argument: "destination",
    field: "destinations",
    name: "destination",
    example: "host:5061;transport=tls",
    description: "Your server: host:port;transport=tls or tcp",
    has: ({ destination_uris = [] }, value) => destination_uris.some(({ destination }) => destination === value),
  },
};

interface SetupPrompt {
  name: string;
  title: string;
  description: string;
  useCase: UseCase;
  needs: Other["argument"];
  numberIs: string;
  /** A shorter way for some. */
  instead?: string;
}

type Given = { trunk_name: string; provider?: string | undefined; phone_number?: string | undefined } & Partial<
  Record<Other["argument"], string | undefined>
>;

/** A setup that every carrier has; its own steps are the carrier's sentences. */
export function setupPrompt({ name, title, description, useCase, needs, numberIs, instead }: SetupPrompt) {
  const other = others[needs];
  return definePrompt({
    ...{ name, title, description },
    arguments: z.object({
      trunk_name: z.string().max(64).describe("Name of the trunk, new or existing"),
      provider: z.string().max(32).optional().describe("The carrier"),
      phone_number: z.string().max(32).optional().describe(`${numberIs}, E.164`),
      [needs]: z.string().max(300).optional().describe(other.description),
    }),
    complete: {
      trunk_name: ofCarriers(async (provider, { listTrunks }) => (await listTrunks(provider)).map((trunk) => trunk.trunk_name)),
      provider: async ({ providers }) => (await able(providers, useCase)).map(({ id }) => id),
      phone_number: ofCarriers(async (provider, { known }) => (await known(provider)).numbers),
      [needs]: ofCarriers(async (provider, { known }) => (await known(provider))[other.field satisfies keyof Known]),
    },
    write: async (given: Given, context) => {
      const { trunk_name, phone_number, [needs]: value } = given;
      const { carrier, trunk, candidates } = await meant(trunk_name, given.provider, useCase, context);
      const quoted = literal(trunk_name, "trunk name");
      const provider = literal(carrier?.id, "carrier");
      const setup = `{"provider": ${provider}, "use_case": "${useCase}", "trunk": ${quoted}, "numbers": [${literal(phone_number, "number in E.164")}], "${other.field}": [${literal(value, other.example)}]}`;
      const sentences = await carrier?.promptSentences?.();
      const steps = planned(setup, sentences?.setup?.[useCase]?.(quoted) ?? [], { provider: carrier?.id ?? "<carrier>", trunk: quoted });
      const missing = askFor({
        [`carrier (${candidates.join(", ")})`]: carrier?.id,
        "phone number": trunk?.phone_numbers?.some((row) => row.phone_number === phone_number) ? "-" : phone_number,
        [other.name]: trunk && other.has(trunk, value) ? "-" : value,
      });
      const at = carrier ? ` on ${carrier.title}` : "";
      return [
        { text: [`${title}${at}.${missing}`, ...(instead === undefined ? [] : [instead]), steps].join("\n"), resource: attachTrunk(trunk) },
      ];
    },
  });
}

/** Of the carrier that was given before, or of all. */
function ofCarriers(values: (provider: string, context: PromptContext) => Promise<string[]>): Completer {
  return async (context, { provider }) => {
    const ids = provider === undefined ? context.providers.map(({ id }) => id) : [provider];
    return [...new Set((await Promise.all(ids.map((id) => values(id, context)))).flat())];
  };
}

/** Carriers that can be planned for this purpose. */
async function able(providers: readonly AnyProvider[], useCase: UseCase): Promise<AnyProvider[]> {
  const found = await Promise.all(
    providers.map(async (provider) => {
      const planner = await provider.planner?.();
      return planner && (planner.useCases ?? [useCase]).includes(useCase) ? [provider] : [];
    }),
  );
  return found.flat();
}

interface Meant {
  carrier: AnyProvider | undefined;
  trunk: ShownTrunk | undefined;
  candidates: string[];
}

/** The carrier that was named, the only one, or the one that has a trunk of this name; else the person is asked. */
async function meant(name: string, provider: string | undefined, useCase: UseCase, context: PromptContext): Promise<Meant> {
  const all = await able(context.providers, useCase);
  const candidates = all.map(({ id }) => id);
  const [only, ...others] = all.filter(({ id }) => provider === undefined || id === provider);
  if (only && others.length === 0) return { carrier: only, trunk: await context.findTrunk(only.id, name), candidates };
  // Of several, one that cannot be asked just now has no trunk to show.
  const looked = all.map(async (carrier) => ({ carrier, trunk: await context.findTrunk(carrier.id, name).catch(() => undefined) }));
  const [found, ...more] = (await Promise.all(looked)).filter(({ trunk }) => trunk !== undefined);
  return found && more.length === 0 ? { ...found, candidates } : { carrier: undefined, trunk: undefined, candidates };
}
