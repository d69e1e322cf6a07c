/** Points on which the carrier's documents, and accounts that somebody measured, differ. */
export interface Dialect {
  /** A trunk is deleted although it has numbers or lists. */
  deletesFullTrunks: boolean;
  /** A list is deleted although a trunk has it. */
  deletesAttachedLists: boolean;
  /** A number of another trunk is moved by assigning it. */
  movesNumbers: boolean;
  /** A trunk shows its recording as `{mode, trim}`, not as the word of the mode. */
  recordingIsObject: boolean;
  acceptsSips: boolean;
  smallestWeight: number;
  longestName: number;
  mostAddresses: number;
  /** The prefix length of an address that was added without one. */
  missingPrefix: number;
  /** For a domain that another trunk of the same account has. */
  ownDomainCode: number;
  /** For a username or password that breaks the rules. */
  loginCode: number;
  /** The HTTP status of conflicts. */
  conflictStatus: number;
  /** An application or URL that a number does not have. */
  absent: "" | null;
  /** How long a trunk still shows its `auth_type` from before a list was detached. */
  authTypeLagMs: number;
}

export const dialects: Readonly<Record<string, Dialect>> = {
  /** As accounts were seen in March 2026, and as the samples of the OpenAPI document are. */
  observed: {
    deletesFullTrunks: true,
    deletesAttachedLists: true,
    movesNumbers: true,
    recordingIsObject: true,
    acceptsSips: true,
    smallestWeight: 0,
    longestName: 255,
    mostAddresses: 100,
    missingPrefix: 32,
    ownDomainCode: 21248,
    loginCode: 21243,
    conflictStatus: 400,
    absent: "",
    authTypeLagMs: 2_000,
  },
  /** As the words of the documents and of the error dictionary are. */
  documented: {
    deletesFullTrunks: false,
    deletesAttachedLists: false,
    movesNumbers: false,
    recordingIsObject: false,
    acceptsSips: false,
    smallestWeight: 1,
    longestName: 64,
    mostAddresses: 25,
    missingPrefix: 0,
    ownDomainCode: 21245,
    loginCode: 21240,
    conflictStatus: 409,
    absent: null,
    authTypeLagMs: 0,
  },
};
