/** The versions that can be asked for, latest first. An account may speak a later one than these. */
export const versions = ["2026-04-16", "2022-05-10", "2021-12-15"] as const;
export type Version = (typeof versions)[number];

export const [latestVersion] = versions;

/** Since this version a trunk's addresses and login are in `authentication_method`, and some attributes exist at all. */
const NESTED_SINCE = "2026-04-16";

export function isNested(version: string): boolean {
  return version >= NESTED_SINCE;
}

/** Attributes, under our flat names, that no earlier version has. */
export const newerOnly = ["tech_prefix", "twilio_account_sid", "external_reference_id", "rtp_timeout", "emergency_enable_all"] as const;

/**
 * The version that is spoken with one account. The header only raises the account's own version and is ignored where it
 * is lower or unknown, so what was asked for is an assumption until the first answer says what is.
 */
export interface Spoken {
  readonly asked: Version;
  /** The version in the account's answers; until one came, the version that was asked for. */
  version(): string;
  isKnown(): boolean;
  hear(version: string | null | undefined): void;
  forget(): void;
}

export function createSpoken(asked: Version): Spoken {
  let heard: string | undefined;
  return {
    asked,
    version: () => heard ?? asked,
    isKnown: () => heard !== undefined,
    hear: (version) => {
      heard = version ?? heard;
    },
    forget: () => {
      heard = undefined;
    },
  };
}
