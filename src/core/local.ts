import type { DnsResolver } from "./dns.ts";
import type { Secret } from "./secret.ts";

/** Things beside carriers that a tool may touch. */
export interface Local {
  /** A password that is kept here. */
  secret(ref: string): Promise<Secret | undefined>;
  /** The destination of a person's files. */
  output: Output;
  probes: Probes;
}

/** Asking SIP peers from this machine: what the operator allows. */
export interface Probes {
  /** Loopback and private addresses may be asked. */
  allowPrivate: boolean;
  /** There, also on ports that are not SIP's: of a PBX that the operator put on one. No setting says so yet; tests do. */
  anyPortInside?: boolean;
  /** False: emulators stand in for the carriers, whose real hosts are left alone. */
  carriers: boolean;
  /** Counts peers that are about to be asked; throws when they are too many for one minute. */
  admit(count: number): void;
  /** Instead of the machine's own DNS. */
  resolver?: DnsResolver;
  /** Certificates of authorities (PEM) to trust instead of Node's own. */
  authorities?: string[];
  /** Instead of the names and the host by which this machine's own DNS and trust are judged. */
  control?: Control;
}

/** Names that any machine with public DNS resolves, and a host whose certificate any machine trusts that has no proxy before it. */
export interface Control {
  names: readonly string[];
  /** Absent: no handshake is tried. */
  host?: { host: string; port: number };
}

/** The folder of the person's files, which need not exist yet; or, where the server is another machine, a page on which they fetch something once. */
export type Output =
  | { kind: "folder"; base: string }
  | { kind: "page"; offer(name: string, files: readonly OfferedFile[]): Promise<string> };

export interface OfferedFile {
  name: string;
  text: string;
}
