import * as z from "zod";
import type { FetchedText } from "../../auth/bounded-fetch.ts";
import type { Authority, IssuerMetadata } from "../../auth/issuers.ts";
import type { Issuer } from "../../auth/tenants-schema.ts";

const tokensSchema = z.object({ id_token: z.string().optional(), access_token: z.string().optional() });

interface Asked {
  code: string;
  verifier: string;
  redirectUri: string;
  resource: string;
}

export function isOpenId({ id_token_signing_alg_values_supported: algorithms }: IssuerMetadata): boolean {
  return algorithms !== undefined;
}

/** Exchanges the code for tokens. */
export async function tokensFor(
  issuer: Issuer,
  metadata: IssuerMetadata,
  { code, verifier, redirectUri, resource }: Asked,
  authority: Authority,
): Promise<z.infer<typeof tokensSchema>> {
  const fields = {
    ...{ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier },
    ...(isOpenId(metadata) ? {} : { resource }),
  };
  let last: FetchedText | undefined;
  for (const client of waysToSayWho(issuer, metadata)) {
    const headers = { accept: "application/json", ...client.headers };
    const body = new URLSearchParams({ ...fields, ...client.fields });
    last = await authority.fetch(metadata.token_endpoint ?? "", { method: "POST", headers, body });
    if (last.status === 200) return tokensSchema.parse(JSON.parse(last.text));
    if (!isAboutClient(last)) break;
  }
  throw new Error(`${metadata.token_endpoint} answered ${last?.status}`);
}

/** The client was not recognized; the code has not been looked at, and is good yet. */
function isAboutClient({ text }: FetchedText): boolean {
  return /"error"\s*:\s*"invalid_client"/.test(text);
}

interface Client {
  fields: Record<string, string>;
  headers: Record<string, string>;
}

/** With the secret in the header where the issuer takes that, then in the form: it may take both, but one of them of each client. */
function waysToSayWho({ client_id: id = "", client_secret: secret }: Issuer, metadata: IssuerMetadata): Client[] {
  if (!secret) return [{ fields: { client_id: id }, headers: {} }];
  const methods = metadata.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  const inForm = { fields: { client_id: id, client_secret: secret.reveal() }, headers: {} };
  if (!methods.includes("client_secret_basic")) return [inForm];
  const pair = [id, secret.reveal()].map((part) => new URLSearchParams({ part }).toString().slice("part=".length)).join(":");
  const inHeader = { fields: {}, headers: { authorization: `Basic ${Buffer.from(pair).toString("base64")}` } };
  return methods.includes("client_secret_post") ? [inHeader, inForm] : [inHeader];
}
