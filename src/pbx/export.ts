import * as z from "zod";
import { chosenLogins } from "../core/carrier/directions.ts";
import { getTrunk } from "../core/carrier/find-trunk.ts";
import { type Gateway, type GatewayList, gatewaysFor, transportSchema } from "../core/carrier/gateway.ts";
import type { Carrier } from "../core/carrier/provider.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { TrunkError } from "../core/errors.ts";
import type { Local } from "../core/local.ts";
import type { Secret } from "../core/secret.ts";
import { quoteText } from "../core/text.ts";
import type { Exposure } from "../core/tool.ts";
import { type PbxFacts, pbxFactsOf } from "./facts.ts";
import { type PbxFormat, pbxFormatIds, renderForDisk, renderShown } from "./format.ts";
import { pbxFormats } from "./formats/index.ts";
import { shownFolder } from "./paths.ts";
import { writePrivateFiles } from "./write-files.ts";

export const exportInput = z.strictObject({
  provider: z.string().max(32).optional().describe("Its carrier"),
  trunk_id: z.string().min(1).max(128).describe("Name or number too"),
  format: z.enum(pbxFormatIds).describe("sheet: anything else"),
  folder: z.string().max(200).optional().describe("A new one, like pbx/office"),
  gateway: z.string().max(300).optional().describe("host:port;transport=tls"),
  public_ip: z.string().max(45).optional().describe("PBX's public address; give it if known"),
});
export type ExportInput = z.infer<typeof exportInput>;

export interface ExportWorld {
  carriers: readonly Carrier[];
  local: Local;
  signal: AbortSignal;
}

/** One export, as far as it can be made without touching anything. */
export interface PreparedExport {
  trunk: TrunkDetail;
  format: PbxFormat;
  facts: PbxFacts;
  gateway: Gateway | undefined;
  names: string[];
}

export async function prepareExport(input: ExportInput, { carriers, signal }: ExportWorld): Promise<PreparedExport> {
  const { trunk } = await getTrunk(carriers, input.trunk_id, input.provider, signal);
  const provider = carriers.find((carrier) => carrier.provider.id === trunk.provider)?.provider;
  refuseCaller(trunk, provider?.title ?? trunk.provider);
  const [list, carrierFacts] = await Promise.all([provider?.gateways?.(), provider?.pbxFacts?.()]);
  const { chosen, known } = chooseGateway(trunk, list, input.gateway);
  const facts = pbxFactsOf(trunk, {
    gateway: chosen,
    list,
    carrier: carrierFacts?.(trunk),
    publicIp: input.public_ip,
    tcpGateway: tcpBeside(chosen, trunk, list),
  });
  const format = pbxFormats[input.format];
  const names = renderForDisk(format, facts, undefined).map(({ name }) => name);
  return { trunk, format, facts, gateway: known, names };
}

/** A voice platform's trunk for calls out calls whomever it names; a PBX that sent its login there would send it anywhere. */
function refuseCaller({ directions, destination_uris }: TrunkDetail, title: string): void {
  if (!directions?.includes("outbound") || destination_uris === undefined) return;
  throw new TrunkError("unsupported", `No PBX calls over this trunk: over it ${title} calls a carrier. Nothing was written.`, {
    hint: "Export the carrier's own trunk.",
  });
}

/** Takes the gateway that the person named, else the usual one. */
function chooseGateway(trunk: TrunkDetail, list: GatewayList | undefined, given: string | undefined) {
  const named = given === undefined ? undefined : parseGateway(given);
  const known = named
    ? outboundOf(trunk, list).find(
        ({ host, port, transport }) => host === named.host && port === named.port && transport === named.transport,
      )
    : usualGateway(trunk, list);
  const chosen = named ?? known;
  if (!chosen) {
    throw new TrunkError("invalid_input", "Nobody has published where this carrier takes calls. Nothing was written.", {
      field: "gateway",
      hint: "Ask the carrier, and pass gateway as host:port;transport=tls.",
    });
  }
  return { chosen, known };
}

/** The first that the carrier's sources name and that fits the login; none is proven. */
export function usualGateway(trunk: TrunkDetail, list: GatewayList | undefined): Gateway | undefined {
  const all = outboundOf(trunk, list);
  return all.find(({ auth }) => auth !== "digest" || !byAddress(trunk)) ?? all[0];
}

/** The same host over TCP: for a PBX without a certificate. */
function tcpBeside(
  { host, transport }: Pick<Gateway, "host" | "transport">,
  trunk: TrunkDetail,
  list: GatewayList | undefined,
): string | undefined {
  if (transport !== "tls") return undefined;
  const found = outboundOf(trunk, list).find((gateway) => gateway.transport === "tcp" && gateway.host === host);
  return found && `${found.host}:${found.port};transport=tcp`;
}

function outboundOf({ domain_name }: TrunkDetail, list: GatewayList | undefined): Gateway[] {
  return list ? gatewaysFor(list, domain_name).filter(({ role }) => role === "outbound") : [];
}

/** Known to the carrier by its addresses alone. */
function byAddress(trunk: TrunkDetail): boolean {
  return (trunk.whitelisted_ips ?? []).length > 0 && chosenLogins(trunk).length === 0;
}

function parseGateway(given: string): Pick<Gateway, "host" | "port" | "transport"> {
  const [, host, port, transport] = /^([A-Za-z0-9.-]+):(\d{1,5});transport=(udp|tcp|tls)$/.exec(given) ?? [];
  if (host === undefined) {
    throw new TrunkError("invalid_input", "gateway: expected host:port;transport=tls, tcp or udp. Nothing was written.", {
      field: "gateway",
    });
  }
  return { host: host.toLowerCase(), port: Number(port), transport: transportSchema.parse(transport) };
}

/** Writes, or offers, the files with the password inside; the conversation sees where it stands. */
export async function runExport(input: ExportInput, world: ExportWorld, replace: boolean): Promise<Record<string, unknown>> {
  const { trunk, format, facts, gateway } = await prepareExport(input, world);
  const { local } = world;
  const password = facts.login && (await passwordOf(trunk, facts, local));
  const shown = renderShown(format, facts);
  const placed = input.folder === undefined ? {} : await place(input.folder, { format, facts, password }, local, replace);
  const { host, port, transport } = facts.gateway;
  return {
    files: shown.files,
    ...placed,
    ...(facts.login ? wherePassword(password, input.folder !== undefined) : {}),
    open: shown.open,
    put: format.put(facts),
    load: format.load(facts),
    test: format.test(facts),
    gateway: { host, port, transport, ...(gateway ? { source: gateway.source, seen: gateway.seen, conflict: gateway.conflict } : {}) },
    fingerprint: facts.fingerprint,
  };
}

interface Filled {
  format: PbxFormat;
  facts: PbxFacts;
  password: Secret | undefined;
}

async function place(
  folder: string,
  { format, facts, password }: Filled,
  { output }: Local,
  replace: boolean,
): Promise<Record<string, unknown>> {
  const files = renderForDisk(format, facts, password);
  if (output.kind === "folder") {
    return { written: await writePrivateFiles(output.base, folder, files, { replace }), written_in: shownFolder(output.base) };
  }
  return { fetch_url: await output.offer(`${facts.name} for ${format.title}`, files) };
}

/** The trunk's own login goes by `sip`, further ones by their names. */
async function passwordOf(trunk: TrunkDetail, { login }: PbxFacts, local: Local): Promise<Secret | undefined> {
  const told = trunk.credentials?.find(({ user_name }) => user_name === login?.userName)?.password;
  if (told) return told;
  const prefix = `${trunk.provider}/${trunk.trunk_id}/`;
  for (const name of [login?.userName, "sip"]) {
    const kept = name === undefined ? undefined : await local.secret(`${prefix}${name}`);
    if (kept) return kept;
  }
  return undefined;
}

/** The secret itself becomes the place where the person finds it. */
function wherePassword(secret: Secret | undefined, placed: boolean): Record<string, unknown> {
  if (!secret) return { password: "It is not known here: put it in for SIP_PASSWORD.", secret_at: "the carrier's console" };
  if (placed) return { password: "It is in the files, and nowhere in this conversation: here SIP_PASSWORD stands for it." };
  return { password: "SIP_PASSWORD stands for it. Name a folder, and the files are written with the password inside.", secret };
}

/** Files of the person's that would be lost. */
export function replacement(names: readonly string[]): Exposure["items"] {
  return names.map((name) => ({
    gravity: "lost",
    what: name,
    detail: `The file ${quoteText(name, 200)} is replaced; its present content is lost.`,
  }));
}

/** A file that points a PBX at a host which the carrier does not name: calls go there, and the login that is in it or put in. */
export function foreignGateway({ facts, gateway }: PreparedExport): Exposure["items"] {
  if (gateway) return [];
  const { host, port } = facts.gateway;
  const detail = `The PBX would send calls${facts.login ? ", and the trunk's login," : ""} to ${host}:${port}, which the carrier does not name as its own.`;
  return [{ gravity: "opened", what: `${host}:${port}`, detail }];
}
