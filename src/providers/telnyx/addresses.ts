import { isIP } from "node:net";
import { absentIfNotFound, isFromThisWrite, type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import { path, type WireAnswer, type WriteMoment } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import { fqdnsPath, ipsPath, recordOf, type TelnyxApi } from "./api.ts";
import type { Address } from "./fields.ts";
import { type ConnectionType, fqdnSchema, ipSchema } from "./json.ts";
import { type DatedAddress, type TelnyxReads, toAddress } from "./reads.ts";

interface AddressInput {
  connection_id: string;
  ip_address?: string | undefined;
  fqdn?: string | undefined;
  port?: number | undefined;
  dns_record_type?: "a" | "srv" | undefined;
}
type Added = { address: Address };
type OnAddress = { connection_id: string; address_id: string; address?: string | undefined };

/** Telnyx's own standard port of SIP. */
const DEFAULT_PORT = 5060;

/** An address of an IP connection, or a host name. Without a port a host name is looked up by SRV: Telnyx takes no other pair. */
function bodyOf({ connection_id, ip_address, fqdn, port, dns_record_type }: AddressInput): Record<string, unknown> {
  if (ip_address !== undefined) return { connection_id, ip_address, port: port ?? DEFAULT_PORT };
  const type = dns_record_type ?? (port === undefined ? "srv" : "a");
  return { connection_id, fqdn, dns_record_type: type, ...(type === "srv" ? {} : { port: port ?? DEFAULT_PORT }) };
}

export function addAddress(api: TelnyxApi, reads: TelnyxReads): WriteOperation<AddressInput, Added> {
  const listed = async (input: AddressInput, signal?: AbortSignal): Promise<DatedAddress | undefined> => {
    const body = bodyOf(input);
    const type: ConnectionType = input.ip_address === undefined ? "fqdn" : "ip";
    const rows = await reads.addresses(input.connection_id, type, signal);
    return rows.find((row) => row.address === (body["ip_address"] ?? body["fqdn"]) && (row.port ?? undefined) === body["port"]);
  };
  const settle = async (input: AddressInput, moment?: WriteMoment): Promise<Added | undefined> => {
    const found = await listed(input);
    return found && isFromThisWrite(found.created_at, moment) ? { address: withoutStamp(found) } : undefined;
  };
  const parse = (answer: WireAnswer, input: AddressInput) =>
    toAddress(input.ip_address === undefined ? recordOf(api, answer, fqdnSchema) : recordOf(api, answer, ipSchema));
  return {
    settle,
    async send(input, signal) {
      const there = await listed(input, signal);
      if (there) throw alreadyThere(there);
      return await api.wire.send({
        effect: "write",
        method: "POST",
        operation: "add an address",
        path: input.ip_address === undefined ? fqdnsPath : ipsPath,
        body: bodyOf(input),
        parse: (answer) => ({ address: withoutStamp(parse(answer, input)) }),
        settle: (moment) => settle(input, moment),
        signal,
      });
    },
  };
}

function withoutStamp({ created_at: _, ...address }: DatedAddress): Address {
  return address;
}

/** Nothing tells whether Telnyx would take it a second time. */
function alreadyThere({ address_id, address }: Address): TrunkError {
  return new TrunkError("conflict", "The connection has this address already. Nothing was sent.", {
    field: isIP(address) === 0 ? "fqdn" : "ip_address",
    hint: "If it is what the person wants, nothing is left to do.",
    candidates: [address_id],
    applied: false,
  });
}

export function removeAddress(api: TelnyxApi, reads: TelnyxReads): WriteOperation<OnAddress, OnAddress & { removed: true }> {
  const remove = writeOperation<OnAddress & { type: ConnectionType }, true>(api.wire, {
    operation: "remove an address",
    method: "DELETE",
    path: ({ address_id, type }) => (type === "ip" ? path`/ips/${address_id}` : path`/fqdns/${address_id}`),
    parse: (answer, { type }) => {
      recordOf(api, answer, type === "ip" ? ipSchema : fqdnSchema);
      return true;
    },
    settle: async (input) => ((await isGone(reads, input, input.type)) ? true : undefined),
  });
  const result = (input: OnAddress) => ({ removed: true as const, ...input });
  return {
    settle: async (input) => {
      const type = await typeOfRow(reads, input);
      return type === undefined || (await isGone(reads, input, type)) ? result(input) : undefined;
    },
    async send(input, signal) {
      const type = (await typeOfRow(reads, input, signal)) ?? "ip";
      const { settled } = await remove.send({ ...input, type }, signal);
      return { value: result(input), settled };
    },
  };
}

/** The address tells the list that it is in; without it the connection does. Undefined: the connection is gone. */
async function typeOfRow(
  reads: TelnyxReads,
  { connection_id, address }: OnAddress,
  signal?: AbortSignal,
): Promise<ConnectionType | undefined> {
  if (address !== undefined) return isIP(address) === 0 ? "fqdn" : "ip";
  return await absentIfNotFound(reads.typeById(connection_id, signal));
}

async function isGone(reads: TelnyxReads, { connection_id, address_id }: OnAddress, type: ConnectionType): Promise<boolean> {
  const left = (await absentIfNotFound(reads.addresses(connection_id, type))) ?? [];
  return !left.some((row) => row.address_id === address_id);
}

export interface TelnyxAddresses {
  removeAddress: ReturnType<typeof removeAddress>;
}
