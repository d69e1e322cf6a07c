import type { Account, Stored } from "./stored.ts";

/** A call as one end makes it, from what is written there. */
export interface Call {
  target: { host: string; port: number; transport: "tls" | "tcp" };
  /** User parts of To, and of the Request-URI with it, and of From. */
  to: string;
  from: string;
  login?: { user: string; password: string };
  headers: Record<string, string>;
  /** The address that it comes from. */
  source: string;
  srtp: boolean;
}

/** Reasons for which an end refuses a call. */
export type Why = "host" | "source" | "header" | "profile" | "password" | "caller id" | "media";

/** A carrier's conditions for a call out, from its own state. */
export interface Admits {
  hosts: string[];
  /** On this machine each of them is another one. */
  ports: { tls: number; tcp: number };
  /** Absent: from anywhere. */
  sources?: string[];
  header?: { name: string; value: string };
  profile?: string | null;
  login: { user: string; password: string; realm: string };
  callerIds: string[];
  /** Absent: with and without. */
  srtp?: boolean;
  /** Its words for a refusal; 403 Forbidden where nothing is said, and `silent` where no answer is all that there is. */
  refusals: Partial<Record<Why, "silent" | { phrase: string; header?: string }>>;
}

export interface Carrier {
  callIn(account: Account, called: string): Call;
  admits(stored: Stored): Admits;
}

const rows = (table: [string, Account][]): Account[] => table.map(([, row]) => row);
/** The caller of calls in, and who is called by calls out. */
const CALLER = "+442079460999";

/** `host:port;transport=`, where port and `sip:` may be left out. */
function targetOf(text: string): Call["target"] {
  const [, host = "", port, transport = ""] = /^(?:sip:)?([^:;]+)(?::(\d+))?;transport=(tls|tcp)$/.exec(text) ?? [];
  return { host, port: Number(port ?? (transport === "tls" ? 5061 : 5060)), transport: transport as "tls" | "tcp" };
}

const exotel: Carrier = {
  // Undocumented: the form of the number in To. It is sent as it is mapped.
  callIn: ({ trunks }, called) => {
    const { lists } = rows(trunks).find((trunk) => trunk.lists["phone-numbers"].some((row: Account) => row.phone_number === called));
    const target = targetOf(lists["destination-uris"][0].destination);
    return { target, to: called, from: CALLER, headers: {}, source: "182.76.143.61", srtp: target.transport === "tls" };
  },
  admits: ({ carrier: { trunks }, password }) => {
    const [{ lists }] = rows(trunks);
    const refused = { phrase: "Forbidden", header: "X-Exotel-ErrorCode: 4001" };
    return {
      hosts: ["in.voip.exotel.com"],
      ports: { tls: 443, tcp: 5070 },
      login: { user: lists.credentials[0].user_name, password, realm: "in.voip.exotel.com" },
      callerIds: lists["phone-numbers"].map((row: Account) => row.phone_number),
      srtp: true,
      refusals: { host: refused, password: refused, "caller id": refused },
    };
  },
};

const transports: Record<number, "tls" | "tcp"> = { 2: "tcp", 3: "tls" };

const didww: Carrier = {
  callIn: ({ dids, inTrunks }, called) => {
    const did = rows(dids).find(({ number }) => `+${number}` === called);
    const { attributes } = inTrunks.find(([id]: [string]) => id === did.trunk)[1].configuration;
    return {
      target: { host: attributes.host, port: attributes.port, transport: transports[attributes.transport_protocol_id] ?? "tcp" },
      to: attributes.username.replace("{DID}", did.number),
      from: CALLER,
      ...(attributes.auth_enabled ? { login: { user: attributes.auth_user, password: attributes.auth_password } } : {}),
      headers: {},
      source: "46.19.210.14",
      srtp: attributes.media_encryption_mode === "srtp_sdes",
    };
  },
  admits: ({ carrier: { trunks, dids } }) => {
    const [{ method, attributes, dids: own }] = rows(trunks);
    const numbers = dids.filter(([id]: [string]) => own.includes(id)).map(([, { number }]: [string, Account]) => `+${number}`);
    return {
      hosts: ["fra.eu.out.didww.com"],
      ports: { tls: 5061, tcp: 5060 },
      sources: method.allowed_sip_ips,
      login: { user: method.username, password: method.password, realm: "out.didww.com" },
      callerIds: numbers,
      srtp: attributes.media_encryption_mode === "srtp_sdes",
      refusals: {},
    };
  },
};

const twilio: Carrier = {
  callIn: ({ numbers, trunks }, called) => {
    const { trunk_sid } = rows(numbers).find(({ values }) => values.phone_number === called).values;
    const trunk = rows(trunks).find(({ sid }) => sid === trunk_sid);
    const target = targetOf(trunk.originationUrls[0].values.sip_url);
    return { target, to: called, from: CALLER, headers: {}, source: "54.244.51.2", srtp: trunk.values.secure };
  },
  admits: ({ carrier: { trunks, lists, numbers }, password }) => {
    const [trunk] = rows(trunks);
    const [{ sid }] = trunk.lists.CredentialLists;
    const login = rows(lists).find((list) => list.sid === sid);
    const own = rows(numbers).filter(({ account }) => account === login.account);
    return {
      hosts: [trunk.values.domain_name],
      ports: { tls: 5061, tcp: 5060 },
      login: { user: login.rows[0].values.username, password, realm: "sip.twilio.com" },
      callerIds: own.map(({ values }) => values.phone_number),
      srtp: trunk.values.secure,
      refusals: { host: "silent", password: { phrase: "32202" }, "caller id": { phrase: "32206" } },
    };
  },
};

const telnyxForms: Record<string, (called: string) => string> = {
  "+e164": (called) => called,
  e164: (called) => called.slice(1),
  // Numbers of North America have ten digits without their country.
  national: (called) => called.slice(-10),
};

const telnyx: Carrier = {
  callIn: ({ numbers, connections, fqdns }, called) => {
    const { connection_id } = rows(numbers).find(({ phone_number }) => phone_number === called);
    const connection = rows(connections).find(({ id }) => id === connection_id);
    const { fqdn, port } = rows(fqdns).find((row) => row.connection_id === connection_id);
    return {
      target: { host: fqdn, port, transport: connection.transport_protocol.toLowerCase() },
      to: telnyxForms[connection.inbound.dnis_number_format]?.(called) ?? "",
      from: CALLER,
      headers: {},
      source: "64.16.250.10",
      srtp: connection.encrypted_media === "SRTP",
    };
  },
  admits: ({ carrier: { connections, numbers } }) => {
    const connection = rows(connections).find(({ record_type }) => record_type === "fqdn_connection");
    return {
      hosts: ["sip.telnyx.com"],
      ports: { tls: 5061, tcp: 5060 },
      header: { name: "X-Telnyx-Username", value: connection.user_name },
      profile: connection.outbound.outbound_voice_profile_id,
      login: { user: connection.user_name, password: connection.password, realm: "sip.telnyx.com" },
      callerIds: rows(numbers).map(({ phone_number }) => phone_number),
      srtp: connection.encrypted_media === "SRTP",
      // Undocumented: the code for a call whose connection it cannot tell.
      refusals: { profile: { phrase: "D38" }, "caller id": { phrase: "D36" } },
    };
  },
};

export const carriers: Record<string, Carrier> = { exotel, didww, twilio, telnyx };

/** A call that an agent makes over the outbound trunk. Of LiveKit's ranges it comes from the narrowest. */
export function callOut({ outbound }: Account): Call {
  const [{ address, transport, numbers, auth_username, auth_password, headers, media }] = rows(outbound);
  return {
    target: targetOf(`${address};transport=${transport.replace("SIP_TRANSPORT_", "").toLowerCase()}`),
    to: CALLER,
    from: numbers[0],
    ...(auth_username ? { login: { user: auth_username, password: auth_password } } : {}),
    headers,
    source: "143.223.90.7",
    srtp: media.encryption === "SIP_MEDIA_ENCRYPT_REQUIRE",
  };
}

/** Everything is on this machine: of an address or a range there, the first part alone becomes 127. */
export function onLoopback(range: string): string {
  return range.replace(/^\d+/, "127");
}
