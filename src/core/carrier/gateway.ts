import * as z from "zod";

export const transportSchema = z.enum(["udp", "tcp", "tls"]);

/** The source of a fact. Hosts and ports of carriers change and their documents disagree, so each fact names its own. */
const origin = {
  source: z.string().min(1).describe("The document, as a reader would look for it"),
  seen: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])(-\d\d)?$/)
    .describe("The source's own date; where it has none, the month in which it was read"),
  note: z.string().min(1).optional(),
  conflict: z.string().min(1).optional().describe("The other source that says something else, and what"),
};

const address = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);
const port = z.int().min(1).max(65_535);

/** `{domain_name}` stands for the trunk's own domain. */
const gatewayHost = z.string().regex(/^(\{domain_name\}|[a-z0-9-]+(\.[a-z0-9-]+)+)$/);

const gatewaySchema = z.strictObject({
  host: gatewayHost,
  port,
  transport: transportSchema,
  role: z.enum(["outbound", "registrar"]).describe("outbound: where a PBX sends its calls"),
  region: z.string().optional(),
  auth: z.enum(["digest", "ip"]).optional().describe("Set where the host takes only this kind of login"),
  addresses: z.array(address).optional(),
  ...origin,
});
export type Gateway = z.infer<typeof gatewaySchema>;

/** One carrier's `gateways.json`: where to send calls, from where calls come, and what else a PBX must be told. */
export const gatewayListSchema = z.strictObject({
  carrier: z.string(),
  gateways: z.array(gatewaySchema).min(1),
  /** From where the carrier's own calls arrive. No addresses: nobody has told, and `ask` says whom to ask. */
  inbound_sources: z.strictObject({ addresses: z.array(address), ask: z.string().min(1), ...origin }),
  media: z.array(
    z.strictObject({ addresses: z.array(address), ports: z.string().regex(/^\d+-\d+$/), region: z.string().optional(), ...origin }),
  ),
  /** The digest realm, where the carrier is known to use one. */
  realm: z.strictObject({ value: z.string(), ...origin }).optional(),
  /** The codec that is to come first in an offer, where the carrier asks for one. */
  first_codec: z.strictObject({ value: z.enum(["PCMA", "PCMU"]), ...origin }).optional(),
  facts: z.array(z.strictObject({ about: z.string(), fact: z.string(), ...origin })),
});
export type GatewayList = z.infer<typeof gatewayListSchema>;

/** The list with the trunk's own domain filled in; what needs a domain is left out where the trunk has none. Some carriers take a domain with a port. */
export function gatewaysFor(list: GatewayList, domainName: string | undefined): Gateway[] {
  return list.gateways.flatMap((gateway) => {
    if (gateway.host !== "{domain_name}") return [gateway];
    return domainName === undefined ? [] : [{ ...gateway, host: domainName.replace(/:\d+$/, "") }];
  });
}
