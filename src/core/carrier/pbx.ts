/** Facts about a trunk that a PBX needs and only its carrier knows. */
export interface CarrierPbxFacts {
  /** The header by which a flow trunk's calls name the account. `value`: absent where the trunk does not show it. */
  flowHeader?: { name: string; value?: string | undefined } | undefined;
  /** Calls need a login, though the trunk lists none. */
  needsLogin?: boolean | undefined;
  /** Whether media are encrypted, where a setting of the trunk says so. Absent: they are with TLS. */
  srtp?: boolean | undefined;
  /** Its login is the carrier's own, with which it answers the PBX: the PBX sends none. */
  answersWithLogin?: boolean | undefined;
}
