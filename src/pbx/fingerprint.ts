import { digest } from "../core/canonical.ts";
import type { GatewayList } from "../core/carrier/gateway.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";

/** The attributes of a trunk that a configuration repeats or depends on. */
const written = [
  ...["media_encryption_mode", "encrypted_media", "secure", "secure_trunking"],
  ...["trunk_type", "address", "sip_host", "sip_port", "sip_domain"],
];

/**
 * A file is stale when the trunk it was made from has another fingerprint. Of the trunk and the carrier's list alone, so that
 * a check need not know what was chosen when the file was made. No password: the file's reader could try guesses.
 */
export function fingerprint(trunk: TrunkDetail, list?: GatewayList): string {
  const { provider, trunk_id, trunk_name, domain_name, auth_type, alias, attributes = {} } = trunk;
  const numbers = trunk.phone_numbers?.map(({ phone_number, mode }) => `${phone_number} ${mode ?? ""}`).sort();
  const logins = trunk.credentials?.map(({ credential_id, user_name }) => `${credential_id ?? ""} ${user_name}`).sort();
  const receives = (trunk.destination_uris ?? []).length > 0;
  const settings = written.map((name) => attributes[name]);
  const carrier = list && [[...list.inbound_sources.addresses].sort(), list.realm?.value];
  const facts = { provider, trunk_id, trunk_name, domain_name, auth_type, alias, numbers, logins, receives, settings, carrier };
  return digest("pbx", facts).slice(0, 16);
}

export function fingerprintLine(facts: { fingerprint: string; provider: string; trunkId: string }): string {
  return `trunkline-fingerprint: ${facts.fingerprint} ${facts.provider}/${facts.trunkId}`;
}

export interface FoundFingerprint {
  fingerprint: string;
  provider: string;
  trunkId: string;
}

/** Only where a header puts it: a login or a name further in the text must not speak for the file. */
const HEADER = /^(?:[#;] |<!-- | *"metadata": ")?trunkline-fingerprint: ([0-9a-f]{16}) ([a-z0-9_-]+)\/([A-Za-z0-9._-]+)/m;

export function fingerprintIn(text: string): FoundFingerprint | undefined {
  const [, found, provider, trunkId] = HEADER.exec(text) ?? [];
  return found && provider && trunkId ? { fingerprint: found, provider, trunkId } : undefined;
}
