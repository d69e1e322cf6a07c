import type { Exchange, startTwilioSdk } from "./twilio-sdk.ts";

type Sdk = Awaited<ReturnType<typeof startTwilioSdk>>["sdk"];
type Request = Omit<Exchange, "status" | "answer">;
// biome-ignore lint/suspicious/noExplicitAny: the SDK types each call's parameters for itself, and these come from a request.
type Given = any;
type Call = (sdk: Sdk, sids: readonly string[], given: Given) => Promise<unknown>;

const lists = { IpAccessControlLists: "ipAccessControlLists", CredentialLists: "credentialLists" } as const;
const onTrunk = { IpAccessControlLists: "ipAccessControlLists", CredentialLists: "credentialsLists" } as const;
const rows = { IpAccessControlLists: "ipAddresses", CredentialLists: "credentials" } as const;

/** The SDK's call for each of the carrier's operations; a star is a sid. */
const calls: Readonly<Record<string, Call>> = {
  "GET trunking/v1/Trunks": (sdk, _, given) => sdk.trunking.v1.trunks.page(given),
  "POST trunking/v1/Trunks": (sdk, _, given) => sdk.trunking.v1.trunks.create(given),
  "GET trunking/v1/Trunks/*": (sdk, [trunk = ""]) => sdk.trunking.v1.trunks(trunk).fetch(),
  "POST trunking/v1/Trunks/*": (sdk, [trunk = ""], given) => sdk.trunking.v1.trunks(trunk).update(given),
  "DELETE trunking/v1/Trunks/*": (sdk, [trunk = ""]) => sdk.trunking.v1.trunks(trunk).remove(),
  "GET trunking/v1/Trunks/*/Recording": (sdk, [trunk = ""]) => sdk.trunking.v1.trunks(trunk).recordings().fetch(),
  "POST trunking/v1/Trunks/*/Recording": (sdk, [trunk = ""], given) => sdk.trunking.v1.trunks(trunk).recordings().update(given),
  "GET trunking/v1/Trunks/*/OriginationUrls": (sdk, [trunk = ""], given) => sdk.trunking.v1.trunks(trunk).originationUrls.page(given),
  "POST trunking/v1/Trunks/*/OriginationUrls": (sdk, [trunk = ""], given) => sdk.trunking.v1.trunks(trunk).originationUrls.create(given),
  "GET trunking/v1/Trunks/*/OriginationUrls/*": (sdk, [trunk = "", url = ""]) => sdk.trunking.v1.trunks(trunk).originationUrls(url).fetch(),
  "POST trunking/v1/Trunks/*/OriginationUrls/*": (sdk, [trunk = "", url = ""], given) =>
    sdk.trunking.v1.trunks(trunk).originationUrls(url).update(given),
  "DELETE trunking/v1/Trunks/*/OriginationUrls/*": (sdk, [trunk = "", url = ""]) =>
    sdk.trunking.v1.trunks(trunk).originationUrls(url).remove(),
  "GET trunking/v1/Trunks/*/PhoneNumbers": (sdk, [trunk = ""], given) => sdk.trunking.v1.trunks(trunk).phoneNumbers.page(given),
  "POST trunking/v1/Trunks/*/PhoneNumbers": (sdk, [trunk = ""], given) => sdk.trunking.v1.trunks(trunk).phoneNumbers.create(given),
  "GET trunking/v1/Trunks/*/PhoneNumbers/*": (sdk, [trunk = "", number = ""]) => sdk.trunking.v1.trunks(trunk).phoneNumbers(number).fetch(),
  "DELETE trunking/v1/Trunks/*/PhoneNumbers/*": (sdk, [trunk = "", number = ""]) =>
    sdk.trunking.v1.trunks(trunk).phoneNumbers(number).remove(),
  "GET api/2010-04-01/Accounts/*/IncomingPhoneNumbers.json": (sdk, _, given) => sdk.incomingPhoneNumbers.page(given),
  "GET api/2010-04-01/Accounts/*/IncomingPhoneNumbers/*.json": (sdk, [, number = ""]) => sdk.incomingPhoneNumbers(number).fetch(),
  "POST api/2010-04-01/Accounts/*/IncomingPhoneNumbers/*.json": (sdk, [, number = ""], given) =>
    sdk.incomingPhoneNumbers(number).update(given),
  "GET voice/v1/DialingPermissions/Countries": (sdk, _, given) => sdk.voice.v1.dialingPermissions.countries.page(given),
  ...listCalls("IpAccessControlLists"),
  ...listCalls("CredentialLists"),
};

function listCalls(kind: keyof typeof lists): Record<string, Call> {
  const all = (sdk: Sdk): Given => sdk.sip[lists[kind]];
  const attached = (sdk: Sdk, trunk: string): Given => sdk.trunking.v1.trunks(trunk)[onTrunk[kind]];
  const rowsOf = (sdk: Sdk, list: string): Given => all(sdk)(list)[rows[kind]];
  const account = "api/2010-04-01/Accounts/*/SIP";
  const inList = `${account}/${kind}/*/${rows[kind] === "credentials" ? "Credentials" : "IpAddresses"}`;
  return {
    [`GET trunking/v1/Trunks/*/${kind}`]: (sdk, [trunk = ""], given) => attached(sdk, trunk).page(given),
    [`POST trunking/v1/Trunks/*/${kind}`]: (sdk, [trunk = ""], given) => attached(sdk, trunk).create(given),
    [`DELETE trunking/v1/Trunks/*/${kind}/*`]: (sdk, [trunk = "", list = ""]) => attached(sdk, trunk)(list).remove(),
    [`GET ${account}/${kind}.json`]: (sdk, _, given) => all(sdk).page(given),
    [`POST ${account}/${kind}.json`]: (sdk, _, given) => all(sdk).create(given),
    [`GET ${account}/${kind}/*.json`]: (sdk, [, list = ""]) => all(sdk)(list).fetch(),
    [`DELETE ${account}/${kind}/*.json`]: (sdk, [, list = ""]) => all(sdk)(list).remove(),
    [`GET ${inList}.json`]: (sdk, [, list = ""], given) => rowsOf(sdk, list).page(given),
    [`POST ${inList}.json`]: (sdk, [, list = ""], given) => rowsOf(sdk, list).create(given),
    [`GET ${inList}/*.json`]: (sdk, [, list = "", row = ""]) => rowsOf(sdk, list)(row).fetch(),
    [`DELETE ${inList}/*.json`]: (sdk, [, list = "", row = ""]) => rowsOf(sdk, list)(row).remove(),
  };
}

/** `POST trunking/v1/Trunks/*` */
export function operationOf({ method, host, path }: Request): string {
  return `${method} ${host}${path.replace(/\/[A-Z]{2}[0-9a-f]{32}(?=\.json|\/|$)/g, "/*")}`;
}

/** Has the SDK do what a request of ours does. Its outcome is nobody's matter: the request is. */
export async function replay(sdk: Sdk, request: Request): Promise<void> {
  const call = calls[operationOf(request)];
  if (!call) throw new Error(`The SDK has no call here for ${operationOf(request)}`);
  const sids = request.path.match(/[A-Z]{2}[0-9a-f]{32}/g) ?? [];
  await call(sdk, sids, givenOf(request)).catch((error: unknown) => {
    if ((error as { status?: unknown }).status === undefined) throw error;
  });
}

/** Parameters as the SDK takes them: `PageSize=50` is `pageSize: 50`. */
function givenOf({ query, form }: Request): Record<string, unknown> {
  return Object.fromEntries(
    [...query, ...form].map(([name, text]) => {
      const key = name === "Page" ? "pageNumber" : name.charAt(0).toLowerCase() + name.slice(1);
      return [key, text === "true" || text === "false" ? text === "true" : NUMERIC.has(name) ? Number(text) : text];
    }),
  );
}

const NUMERIC = new Set(["Page", "PageSize", "Weight", "Priority", "CidrPrefixLength"]);
