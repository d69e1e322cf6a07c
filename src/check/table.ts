import type { Check } from "../core/carrier/diagnosis.ts";
import { accessChecks } from "./access-checks.ts";
import { configChecks } from "./config-checks.ts";
import { inboundLinkChecks } from "./connection/inbound-checks.ts";
import type { LinkCheck } from "./connection/link.ts";
import { outboundLinkChecks } from "./connection/outbound-checks.ts";
import { destinationChecks, dstPresent } from "./destination-checks.ts";
import type { PeerCheck } from "./peer.ts";
import { signallingChecks } from "./signalling-checks.ts";
import { tlsChecks } from "./tls-checks.ts";
import { trunkChecks } from "./trunk-checks.ts";

/** The order in which they are told among equals: what comes first is nearer to the cause. */
const commonOrder: readonly string[] = [
  ...["machine.names", "machine.certificates", "api.auth", "trunk.active", "trunk.domain"],
  ...["num.present", "num.asked", "num.mode", "num.e164", "num.typo", "num.alias", "num.holder"],
  ...[
    "acl.present",
    "acl.pbx",
    "acl.fqdn",
    "acl.public",
    "acl.doc",
    "acl.hostbits",
    "acl.broad",
    "acl.overlap",
    "acl.egress",
    "acl.platform",
  ],
  ...["auth.mixed", "auth.realm", "dst.present", "dst.transport", "dst.legacy", "dst.user"],
  ...["conn.host", "conn.number", "conn.callers", "conn.media_in", "conn.gateway", "conn.caller_id"],
  ...["conn.login", "conn.headers", "conn.media_out", "conn.ranges", "conn.double"],
  ...["dns.resolves", "dst.public", "dns.cname", "net.tcp", "sip.transport_mix", "tls.version", "tls.mtls", "tls.expiry"],
  ...["tls.chain", "tls.name", "tls.key", "tls.ip", "sip.options", "dst.port", "dst.in_acl", "dns.ttl", "dns.aaaa"],
  ...["media.srtp", "media.codec", "media.nat", "hdr.flow", "plat.livekit.from"],
];

/** With the checks of one carrier, in its own order. That a file is old comes last: it explains nothing by itself. */
export function orderWith(own: readonly Pick<Check, "id">[]): string[] {
  return [...commonOrder, ...own.map(({ id }) => id).filter((id) => !commonOrder.includes(id)), "drift"];
}

/** Judged without a packet, in an order in which each comes after what it needs. Carriers add their own. */
export const pureChecks: readonly Check[] = [...trunkChecks, ...accessChecks, dstPresent, ...configChecks];

/** For each connection whose other end is known. */
export const linkChecks: readonly LinkCheck[] = [...inboundLinkChecks, ...outboundLinkChecks];

const all = [...destinationChecks, ...signallingChecks, ...tlsChecks];

/** For each peer, once it was asked. */
export const peerChecks: readonly PeerCheck[] = inOrderOfNeed(all);

/** A check comes after those that it needs. */
function inOrderOfNeed(checks: readonly PeerCheck[]): PeerCheck[] {
  const placed: PeerCheck[] = [];
  const place = (check: PeerCheck) => {
    if (placed.includes(check)) return;
    for (const id of check.needs ?? []) {
      const needed = checks.find((one) => one.id === id);
      if (needed) place(needed);
    }
    placed.push(check);
  };
  for (const check of checks) place(check);
  return placed;
}
