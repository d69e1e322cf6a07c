import type { PbxFacts } from "./facts.ts";

/** A placeholder for a value that is not known, and whom to ask for it. */
export interface Placeholder {
  place: string;
  ask: string;
}

const questions = {
  SIP_USER: ({ provider }) => `the trunk's user name is not known here; take it from the trunk's credentials at ${provider}.`,
  CALLER_ID: ({ provider }) => `no number of the trunk is known here; put one that ${provider} has mapped to it, in E.164.`,
  CARRIER_SIGNALLING_IP: ({ askForSignalling }) => `from where the carrier's calls come is not known here. ${askForSignalling}`,
  PUBLIC_IP: () => "the PBX's public address is not known here; ask the person who runs its network. Needed behind NAT only.",
  BIND_IP: () => "the address of the PBX machine's own network interface is not known here; `ip address` on that machine shows it.",
  ACCOUNT_SID: ({ provider }) => `the account SID is not known here; ${provider}'s API settings page shows it.`,
  CREDENTIAL_ID: () => "the id in the answer to the request before.",
} satisfies Record<string, (facts: PbxFacts) => string>;

/** Finds the placeholders in a text. The password's is none of them: the file on the disk has the password. */
export function placeholdersIn(text: string, facts: PbxFacts): Placeholder[] {
  const names = Object.keys(questions) as (keyof typeof questions)[];
  return names.filter((place) => new RegExp(`\\b${place}\\b`).test(text)).map((place) => ({ place, ask: questions[place](facts) }));
}

export function callerId({ callerIds }: PbxFacts): string {
  return callerIds[0] ?? "CALLER_ID";
}

/** Addresses of the carrier's calls; the placeholder where nobody has told. */
export function signallingOf({ carrierSignalling }: PbxFacts): string[] {
  return carrierSignalling.length > 0 ? carrierSignalling : ["CARRIER_SIGNALLING_IP"];
}

/** The header that calls of a flow trunk need, with a placeholder where the account is not known. */
export function flowHeaderOf({ directions, flowHeader }: PbxFacts): { name: string; value: string } | undefined {
  return directions.includes("flow") && flowHeader ? { name: flowHeader.name, value: flowHeader.value ?? "ACCOUNT_SID" } : undefined;
}

/** The end of a step that asks for a certificate. */
export function orByTcp({ tcpGateway }: PbxFacts): string {
  return tcpGateway === undefined ? "" : `; or export with gateway ${tcpGateway}, which needs none and encrypts nothing`;
}

export function isKnown(value: string): boolean {
  return !(value in questions);
}

export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
