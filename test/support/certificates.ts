import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** One element of a certificate: tag, length, content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const utcTime = (ms: number) => der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));
const bitString = (content: Buffer) => der(0x03, Buffer.from([0]), content);
const isTrue = der(0x01, Buffer.from([0xff]));

const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));
const commonName = oid("550403");
const DAY = 86_400_000;

const named = (name: string) => sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(name)))));
const extension = (id: string, value: Buffer, isCritical = false) => sequence(oid(id), ...(isCritical ? [isTrue] : []), der(0x04, value));

export interface Pair {
  key: string;
  cert: string;
}

export interface Wanted {
  name: string;
  /** Alternative names. */
  dns?: string[];
  uris?: string[];
  addresses?: string[];
  /** Days from now; negative: in the past. */
  fromDay?: number;
  toDay?: number;
  rsaBits?: number;
  isAuthority?: boolean;
  /** Where the issuer's certificate can be had, as public authorities write into theirs. */
  issuerAt?: string;
}

export interface Issuer extends Pair {
  issue(wanted: Wanted): Pair;
}

/** An authority of the test's own, made here because a committed one would expire and look like a key that leaked. */
export function authority(name: string): Issuer {
  const keys = ellipticKeys();
  return issuer(name, keys.privateKey, make({ name, isAuthority: true }, keys, { name, privateKey: keys.privateKey }));
}

/** One that another vouches for. */
export function intermediate(above: Issuer, name: string): Issuer {
  const pair = above.issue({ name, isAuthority: true });
  return { ...pair, issue: (wanted) => issueWith(wanted, name, pair.key) };
}

/** A certificate that nobody vouches for. */
export function selfSigned(name: string): Pair {
  const keys = ellipticKeys();
  return make({ name }, keys, { name, privateKey: keys.privateKey });
}

function issuer(name: string, privateKey: KeyObject, pair: Pair): Issuer {
  return { ...pair, issue: (wanted) => make(wanted, keysFor(wanted), { name, privateKey }) };
}

function issueWith(wanted: Wanted, name: string, key: string): Pair {
  return make(wanted, keysFor(wanted), { name, privateKey: key });
}

function ellipticKeys() {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function keysFor({ rsaBits }: Wanted) {
  return rsaBits === undefined ? ellipticKeys() : generateKeyPairSync("rsa", { modulusLength: rsaBits });
}

let serials = 0;

function make(
  wanted: Wanted,
  { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
  by: { name: string; privateKey: KeyObject | string },
): Pair {
  const { name, fromDay = -1, toDay = 1 } = wanted;
  const version = der(0xa0, der(0x02, Buffer.from([2])));
  const serial = der(0x02, Buffer.from([1, ++serials >> 8, serials & 0xff]));
  const validity = sequence(utcTime(Date.now() + fromDay * DAY), utcTime(Date.now() + toDay * DAY));
  const key = publicKey.export({ type: "spki", format: "der" });
  const extensions = extensionsOf(wanted);
  const last = extensions.length > 0 ? [der(0xa3, sequence(...extensions))] : [];
  const body = sequence(version, serial, ecdsaWithSha256, named(by.name), validity, named(name), key, ...last);
  const certificate = sequence(body, ecdsaWithSha256, bitString(sign("sha256", body, by.privateKey)));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n"),
  };
}

function extensionsOf({ dns = [], uris = [], addresses = [], isAuthority, issuerAt }: Wanted): Buffer[] {
  const alternatives = [
    ...dns.map((value) => der(0x82, Buffer.from(value))),
    ...uris.map((value) => der(0x86, Buffer.from(value))),
    ...addresses.map((value) => der(0x87, Buffer.from(value.split(".").map(Number)))),
  ];
  return [
    ...(isAuthority ? [extension("551d13", sequence(isTrue), true)] : []),
    ...(alternatives.length > 0 ? [extension("551d11", sequence(...alternatives))] : []),
    ...(issuerAt ? [extension("2b06010505070101", sequence(sequence(oid("2b06010505073002"), der(0x86, Buffer.from(issuerAt)))))] : []),
  ];
}
