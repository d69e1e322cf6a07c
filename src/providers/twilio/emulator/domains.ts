import { conflict, Refusal } from "./refusal.ts";
import type { Call, Row, TrunkEntry } from "./state.ts";

const SUFFIX = ".pstn.twilio.com";

/** Names that other accounts have. Domains are unique across all of the carrier's accounts. */
const foreign: readonly string[] = [`taken${SUFFIX}`];

export function domainName(text: string): string {
  const labels = text.toLowerCase().endsWith(SUFFIX) ? text.slice(0, -SUFFIX.length).split(".") : [];
  if (labels.length > 0 && labels.every((label) => /^[A-Za-z0-9-]{1,63}$/.test(label))) return text;
  throw new Refusal(21245, `Trunk Validation Error: the domain name must end with ${SUFFIX.slice(1)}`);
}

/** Refuses a name that is taken, or one below a domain that the account does not have. */
export function claimDomain({ state, dialect }: Call, name: Row["values"][string] | undefined): void {
  if (typeof name !== "string") return;
  const own = [...state.trunks.values()].map(domainOf);
  const wanted = name.toLowerCase();
  if (own.includes(wanted)) throw conflict(dialect.ownDomainCode, `Trunk Domain already taken: ${name}`);
  if (foreign.includes(wanted)) throw conflict(21248, `Trunk Domain already taken: ${name}`);
  const [, ...parent] = wanted.split(".");
  const isBelowAnother = parent.length > SUFFIX.split(".").length - 1;
  if (isBelowAnother && !own.includes(parent.join("."))) throw conflict(21247, `Trunk Dependencies: no trunk has ${parent.join(".")}`);
}

/** A domain stays while the account has names below it. */
export function refuseWithSubdomains({ state }: Call, trunk: TrunkEntry): void {
  const domain = domainOf(trunk);
  const below = domain === undefined ? [] : [...state.trunks.values()].filter((other) => domainOf(other)?.endsWith(`.${domain}`));
  if (below.length > 0) throw conflict(21247, `Trunk Dependencies: ${domain} has subdomains`);
}

function domainOf({ values }: TrunkEntry): string | undefined {
  const name = values["domain_name"];
  return typeof name === "string" ? name.toLowerCase() : undefined;
}
