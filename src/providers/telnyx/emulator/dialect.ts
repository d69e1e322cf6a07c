/** Answers to what Telnyx's documents, its clients and others say differently. Nothing here was measured on an account. */
export interface Dialect {
  /** `connection_id` of an FQDN: OpenAPI has a string, a provider for Terraform that is in use reads a number (2025-09). */
  fqdnConnectionId: "string" | "number";
  /** The OpenAPI path has a uuid, its schema an int64. */
  ipId: "uuid" | "int64";
  /** A field without a value. OpenAPI lets few be null. */
  unset: "null" | "absent";
  /** An object inside a PATCH. Nothing says which. */
  nested: "merges" | "replaces";
  /** The value that takes a number off its connection. OpenAPI types it as a string; answers have null. */
  detachedBy: readonly ("" | null)[];
  /** A connection that numbers point at can be deleted. 10021 exists, and no page says when. */
  deletesInUse: boolean;
  /** OpenAPI forbids it, Telnyx's own guide to a migration sets both (2026-05). */
  srtpOverTls: boolean;
  /** Stars in place of a password, but for the answer that follows its setting: accounts of after 2026-09-08 (SDK 7.24). */
  masksPasswords: boolean;
  /** An address that the connection has is taken again. Nothing says it is not. */
  takesTwice: boolean;
  /** OpenAPI says "descending by default" beside `default: created_at`, which is ascending. */
  newestFirst: boolean;
  /** Amounts as two decimals, as every example has them, or as they were sent. */
  roundsAmounts: boolean;
}

/** As clients in use and third parties have seen it. */
const observed: Dialect = {
  fqdnConnectionId: "number",
  ipId: "uuid",
  unset: "null",
  nested: "merges",
  detachedBy: ["", null],
  deletesInUse: true,
  srtpOverTls: true,
  masksPasswords: false,
  takesTwice: true,
  newestFirst: true,
  roundsAmounts: false,
};

/** As OpenAPI has it. */
const documented: Dialect = {
  ...observed,
  fqdnConnectionId: "string",
  ipId: "int64",
  unset: "absent",
  detachedBy: [""],
  srtpOverTls: false,
  newestFirst: false,
};

/** The harder answer to every question that is open. */
const strict: Dialect = {
  ...observed,
  nested: "replaces",
  detachedBy: [null],
  deletesInUse: false,
  srtpOverTls: false,
  masksPasswords: true,
  takesTwice: false,
  roundsAmounts: true,
};

export const dialects: Record<string, Dialect> = { observed, documented, strict };
