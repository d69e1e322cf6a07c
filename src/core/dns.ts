/** As much of a resolver of node:dns as finding a SIP peer takes. */
export interface DnsResolver {
  resolve4(name: string, options: { ttl: true }): Promise<{ address: string; ttl: number }[]>;
  resolve6(name: string, options: { ttl: true }): Promise<{ address: string; ttl: number }[]>;
  resolveCname(name: string): Promise<string[]>;
  resolveSrv(name: string): Promise<{ name: string; port: number; priority: number; weight: number }[]>;
  resolveNaptr(
    name: string,
  ): Promise<{ flags: string; service: string; regexp: string; replacement: string; order: number; preference: number }[]>;
}
