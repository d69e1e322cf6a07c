import { quoteText } from "../core/text.ts";

/** Names who asks, in a person's words. `client` is what the program calls itself. */
export function askerOf(principal: string, client: string | undefined): string {
  const agent = agentOf(principal);
  return client === undefined ? agent : `${agent}, through ${quoteText(client)}`;
}

function agentOf(principal: string): string {
  if (principal === "local") return "An agent on this computer";
  const { issuer, name } = partsIn(principal);
  if (issuer === "token") return `An agent with the access token ${quoteText(name)}`;
  return `An agent that acts for ${quoteText(name)}${issuer === "" ? "" : `, who signs in at ${quoteText(issuer, 200)}`}`;
}

/** The token's or the issuer's name for somebody. */
export function partsIn(principal: string): { issuer: string; name: string } {
  const at = principal.lastIndexOf("|");
  return { issuer: principal.slice(0, Math.max(at, 0)), name: principal.slice(at + 1) };
}
