import * as z from "zod";
import type { Authority, IssuerMetadata } from "../http/issuers.ts";
import type { Issuer } from "../http/tenants-file.ts";

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

/** Gives the code back for what it stands for. */
export async function tokensFor(
  issuer: Issuer,
  metadata: IssuerMetadata,
  { code, verifier, redirectUri, resource }: Asked,
  authority: Authority,
): Promise<z.infer<typeof tokensSchema>> {
  const client = clientIn(issuer, metadata);
  const body = new URLSearchParams({
    ...{ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier },
    ...(isOpenId(metadata) ? {} : { resource }),
    ...client.fields,
  });
  const headers = { accept: "application/json", ...client.headers };
  const { status, text } = await authority.fetch(metadata.token_endpoint ?? "", { method: "POST", headers, body });
  if (status !== 200) throw new Error(`${metadata.token_endpoint} answered ${status}`);
  return tokensSchema.parse(JSON.parse(text));
}

/** How we say which client we are: with the secret in the header where the issuer takes that, else in the form. */
function clientIn({ client_id: id = "", client_secret: secret }: Issuer, metadata: IssuerMetadata) {
  if (!secret) return { fields: { client_id: id }, headers: {} };
  const methods = metadata.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  if (!methods.includes("client_secret_basic")) return { fields: { client_id: id, client_secret: secret.reveal() }, headers: {} };
  const pair = [id, secret.reveal()].map((part) => new URLSearchParams({ part }).toString().slice("part=".length)).join(":");
  return { fields: {}, headers: { authorization: `Basic ${Buffer.from(pair).toString("base64")}` } };
}
