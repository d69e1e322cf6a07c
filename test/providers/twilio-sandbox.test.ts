import { describe, expect, test } from "vitest";
import type { EmulatorAnswer } from "../../src/core/carrier/emulator.ts";
import { twilioSandboxAccount } from "../../src/providers/twilio/emulator/account.ts";
import { twilioEmulator } from "../../src/providers/twilio/emulator.ts";

const NOW = Date.parse("2026-11-20T09:00:00.250Z");
const { sid, subaccount, key, secret, token } = twilioSandboxAccount;
const SIP = `api/2010-04-01/Accounts/${sid}/SIP`;
const NUMBERS = `api/2010-04-01/Accounts/${sid}/IncomingPhoneNumbers`;
const PASSWORD = "Correct-horse-7";
const FORM = "application/x-www-form-urlencoded";

type Form = Record<string, string | number | boolean>;
// biome-ignore lint/suspicious/noExplicitAny: a test reads the JSON that a client receives, whatever it is.
type Json = any;
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;

/** Calls of one account, as forms. Answers are bodies; a refusal is its code and status. */
function account(dialect?: string) {
  let nowMs = NOW;
  const emulator = twilioEmulator.create({ dialect, now: () => nowMs });
  const ask = (method: string, path: string, form?: Form, headers: Record<string, string> = {}): EmulatorAnswer => {
    const [route = "", search] = path.split("?");
    const body =
      form === undefined
        ? ""
        : new URLSearchParams(Object.fromEntries(Object.entries(form).map(([name, value]) => [name, String(value)]))).toString();
    const given = { authorization: basic(`${key}:${secret}`), "content-type": FORM, ...headers };
    return emulator.handle({ method, segments: route.split("/"), query: new URLSearchParams(search), headers: given, body });
  };
  const post = (path: string, form: Form): Json => ask("POST", path, form).body;
  const get = (path: string): Json => ask("GET", path).body;
  const refusal = (method: string, path: string, form?: Form, headers?: Record<string, string>) => {
    const { status, body } = ask(method, path, form, headers) as { status: number; body: Json };
    return [body?.code, status];
  };
  const trunk = (form: Form = {}): string => post("trunking/v1/Trunks", form).sid;
  const list = (kind: string, FriendlyName: string): string => post(`${SIP}/${kind}.json`, { FriendlyName }).sid;
  const attach = (trunkSid: string, kind: "IpAccessControlList" | "CredentialList", listSid: string) =>
    ask("POST", `trunking/v1/Trunks/${trunkSid}/${kind}s`, { [`${kind}Sid`]: listSid });
  const numberOf = (digits: string): Json => get(`${NUMBERS}.json?PhoneNumber=%2B${digits}`).incoming_phone_numbers[0];
  const pass = (ms: number) => (nowMs += ms);
  return { emulator, ask, post, get, refusal, trunk, list, attach, numberOf, pass };
}

const URL_FORM = { Weight: 10, Priority: 10, Enabled: true, FriendlyName: "pbx", SipUrl: "sip:pbx.example.com" };

describe.each(twilioEmulator.dialects)("in the dialect %s", (dialect) => {
  const its = () => account(dialect);

  test("trap 1, JSON bodies: a body that is no form is no parameters, and a trunk without a name", () => {
    const { ask, refusal } = its();
    const json = { "content-type": "application/json" };
    expect(ask("POST", "trunking/v1/Trunks", { FriendlyName: "lost" }, json)).toMatchObject({ status: 201, body: { friendly_name: null } });
    expect(refusal("POST", `${SIP}/CredentialLists.json`, { FriendlyName: "lost" }, json)).toEqual([20001, 400]);
  });

  test("trap 5, no domain: a new trunk has none, whatever its name", () => {
    const { get, trunk } = its();
    expect(get(`trunking/v1/Trunks/${trunk({ FriendlyName: "one" })}`)).toMatchObject({ domain_name: null, auth_type: "" });
  });

  test("trap 6, names: two trunks may have one, and it may be cleared", () => {
    const { post, trunk, get } = its();
    const [one, other] = [trunk({ FriendlyName: "same" }), trunk({ FriendlyName: "same" })];
    expect(get("trunking/v1/Trunks").trunks.map((row: Json) => row.friendly_name)).toEqual(["same", "same"]);
    expect(one).not.toBe(other);
    expect(post(`trunking/v1/Trunks/${one}`, { FriendlyName: "" }).friendly_name).toBeNull();
  });

  test("trap 8, paging and plus: two shapes, and a plus that became a blank finds nothing", () => {
    const { get, trunk, list } = its();
    for (const name of ["a", "b", "c"]) {
      trunk({ FriendlyName: name });
      list("IpAccessControlLists", name);
    }
    const { meta } = get("trunking/v1/Trunks?PageSize=2");
    expect(meta).toMatchObject({ page: 0, page_size: 2, key: "trunks", previous_page_url: null });
    const next = new URL(meta.next_page_url);
    expect([next.hostname, next.searchParams.get("Page")]).toEqual(["trunking.twilio.com", "1"]);
    expect(get(`trunking/v1/Trunks${next.search}`)).toMatchObject({ trunks: [{ friendly_name: "c" }], meta: { next_page_url: null } });
    const flat = get(`${SIP}/IpAccessControlLists.json?PageSize=2`);
    expect(flat).toMatchObject({ page: 0, page_size: 2, start: 0, end: 1, previous_page_uri: null });
    expect(flat.next_page_uri).toMatch(
      new RegExp(`^/2010-04-01/Accounts/${sid}/SIP/IpAccessControlLists\\.json\\?PageSize=2&Page=1&PageToken=`),
    );
    expect(get(`${NUMBERS}.json?PhoneNumber=%2B12025550110`).incoming_phone_numbers).toHaveLength(1);
    expect(get(`${NUMBERS}.json?PhoneNumber=+12025550110`).incoming_phone_numbers).toEqual([]);
    // A part of a number finds more than one.
    expect(get(`${NUMBERS}.json?PhoneNumber=%2B1202555011*`).incoming_phone_numbers.length).toBeGreaterThan(3);
  });

  test("trap 11, a subaccount: the older API serves it under the parent's key, the trunks stay the parent's", () => {
    const { post, get, refusal, trunk } = its();
    const below = SIP.replace(sid, subaccount);
    const made = post(`${below}/IpAccessControlLists.json`, { FriendlyName: "below" });
    expect(made.account_sid).toBe(subaccount);
    expect(get(`${SIP}/IpAccessControlLists.json`).ip_access_control_lists).toEqual([]);
    expect(get(`trunking/v1/Trunks/${trunk()}`).account_sid).toBe(sid);
    expect(refusal("POST", `trunking/v1/Trunks/${trunk()}/IpAccessControlLists`, { IpAccessControlListSid: made.sid })).toEqual([
      20404, 404,
    ]);
  });

  test("trap 12, dates: the same number has one of each form, in whole seconds", () => {
    const { ask, numberOf, trunk } = its();
    const number = numberOf("12025550110");
    const { body } = ask("POST", `trunking/v1/Trunks/${trunk()}/PhoneNumbers`, { PhoneNumberSid: number.sid }) as { body: Json };
    expect([body.date_updated, numberOf("12025550110").date_updated]).toEqual(["2026-11-20T09:00:00Z", "Fri, 20 Nov 2026 09:00:00 +0000"]);
  });

  test("trap 14, passwords: no answer holds one, and a user name cannot be changed", () => {
    const { emulator, ask, post, list } = its();
    const rows = `${SIP}/CredentialLists/${list("CredentialLists", "logins")}/Credentials`;
    const made = ask("POST", `${rows}.json`, { Username: "pbx", Password: PASSWORD });
    expect(made).toMatchObject({ status: 201, body: { username: "pbx" } });
    const { sid: login } = made.body as Json;
    expect(post(`${rows}/${login}.json`, { Username: "other", Password: `${PASSWORD}8` }).username).toBe("pbx");
    expect(JSON.stringify(made.body) + emulator.save()).not.toContain(PASSWORD);
  });

  test("trap 15, assigning: the number's application is gone for good, and what is ignored changes nothing", () => {
    const { ask, post, get, numberOf, trunk } = its();
    const [one, number] = [trunk(), numberOf("12025550114")];
    expect(number.voice_application_sid).toMatch(/^AP/);
    ask("POST", `trunking/v1/Trunks/${one}/PhoneNumbers`, { PhoneNumberSid: number.sid });
    expect(ask("DELETE", `trunking/v1/Trunks/${one}/PhoneNumbers/${number.sid}`).status).toBe(204);
    expect(numberOf("12025550114")).toMatchObject({ trunk_sid: null, voice_application_sid: dialect === "observed" ? "" : null });
    expect(post(`trunking/v1/Trunks/${one}`, { SymmetricRtpEnabled: true }).symmetric_rtp_enabled).toBe(false);
    expect(get(`trunking/v1/Trunks/${one}/PhoneNumbers`).phone_numbers).toEqual([]);
    const withUrl = numberOf("12025550113");
    post(`${NUMBERS}/${withUrl.sid}.json`, { TrunkSid: one });
    expect(numberOf("12025550113")).toMatchObject({ trunk_sid: one, voice_url: "https://example.com/voice" });
  });

  test("a key that is wrong opens nothing, and the token opens what the key does", () => {
    const { ask, refusal } = its();
    const with401 = [20003, 401];
    expect(refusal("GET", "trunking/v1/Trunks", undefined, { authorization: basic(`${key}:wrong`) })).toEqual(with401);
    expect(refusal("GET", `api/2010-04-01/Accounts/AC${"c".repeat(32)}/IncomingPhoneNumbers.json`)).toEqual(with401);
    expect(ask("GET", "trunking/v1/Trunks", undefined, { authorization: basic(`${sid}:${token}`) }).status).toBe(200);
  });

  test("an account goes on where it was saved", () => {
    const { emulator, trunk } = its();
    trunk({ FriendlyName: "kept" });
    const other = twilioEmulator.create({ dialect });
    other.load(emulator.save());
    expect(other.save()).toBe(emulator.save());
    other.load(undefined);
    expect(other.save()).not.toContain("kept");
  });

  test.each<[string, number, (its: ReturnType<typeof account>) => unknown[]]>([
    ["an unknown word", 20001, ({ refusal }) => refusal("POST", "trunking/v1/Trunks", { TransferMode: "always" })],
    ["a flag that is none", 20001, ({ refusal }) => refusal("POST", "trunking/v1/Trunks", { Secure: "yes" })],
    ["a domain elsewhere", 21245, ({ refusal }) => refusal("POST", "trunking/v1/Trunks", { DomainName: "one.example.com" })],
    ["a domain of others", 21248, ({ refusal }) => refusal("POST", "trunking/v1/Trunks", { DomainName: "taken.pstn.twilio.com" })],
    ["a name below nothing", 21247, ({ refusal }) => refusal("POST", "trunking/v1/Trunks", { DomainName: "a.b.pstn.twilio.com" })],
    ["a page that is too large", 20007, ({ refusal }) => refusal("GET", "trunking/v1/Trunks?PageSize=1001")],
    ["an http destination", 20001, (its) => its.refusal("POST", urls(its), { ...URL_FORM, SipUrl: "http://pbx.example.com" })],
    ["a field left out", 20001, (its) => its.refusal("POST", urls(its), { SipUrl: "sip:pbx.example.com" })],
    ["a taken name of an IP list", 21235, (its) => taken(its, "IpAccessControlLists")],
    ["a taken name of a credential list", 21240, (its) => taken(its, "CredentialLists")],
    ["an address twice", 21235, (its) => twice(its, { FriendlyName: "other", IpAddress: "203.0.113.1", CidrPrefixLength: 32 })],
    ["a name of an address twice", 21235, (its) => twice(its, { FriendlyName: "pbx", IpAddress: "203.0.113.9", CidrPrefixLength: 32 })],
    ["an IPv6 address", 21235, (its) => twice(its, { FriendlyName: "six", IpAddress: "2001:db8::1" })],
    ["a prefix of 0", 21235, (its) => twice(its, { FriendlyName: "all", IpAddress: "203.0.113.9", CidrPrefixLength: 0 })],
    ["a list that is on the trunk", 21245, attachTwice],
    ["a trunk for emergency calls", 21634, deleteEmergency],
    ["a domain with names below it", 21247, deleteParent],
    ["a method that is none", 20004, ({ refusal }) => refusal("PUT", "trunking/v1/Trunks", {})],
    ["a path that is none", 20404, ({ refusal }) => refusal("GET", "trunking/v1/Routes")],
    ["the older API without .json", 20404, ({ refusal }) => refusal("GET", NUMBERS)],
  ])("%s is refused with %i", (_, code, run) => {
    const [found, status] = run(its());
    expect(found).toBe(code);
    expect(status).toBeGreaterThanOrEqual(400);
  });
});

const urls = ({ trunk }: ReturnType<typeof account>) => `trunking/v1/Trunks/${trunk()}/OriginationUrls`;

function taken({ list, refusal }: ReturnType<typeof account>, kind: string): unknown[] {
  list(kind, "same");
  return refusal("POST", `${SIP}/${kind}.json`, { FriendlyName: "same" });
}

function twice({ list, post, refusal }: ReturnType<typeof account>, form: Form): unknown[] {
  const rows = `${SIP}/IpAccessControlLists/${list("IpAccessControlLists", "ips")}/IpAddresses.json`;
  post(rows, { FriendlyName: "pbx", IpAddress: "203.0.113.1" });
  return refusal("POST", rows, form);
}

function attachTwice({ trunk, list, attach, refusal }: ReturnType<typeof account>): unknown[] {
  const [one, ips] = [trunk(), list("IpAccessControlLists", "ips")];
  attach(one, "IpAccessControlList", ips);
  return refusal("POST", `trunking/v1/Trunks/${one}/IpAccessControlLists`, { IpAccessControlListSid: ips });
}

function deleteEmergency({ trunk, ask, numberOf, refusal }: ReturnType<typeof account>): unknown[] {
  const one = trunk();
  ask("POST", `trunking/v1/Trunks/${one}/PhoneNumbers`, { PhoneNumberSid: numberOf("12025550115").sid });
  return refusal("DELETE", `trunking/v1/Trunks/${one}`);
}

function deleteParent({ trunk, refusal }: ReturnType<typeof account>): unknown[] {
  const parent = trunk({ DomainName: "b.pstn.twilio.com" });
  trunk({ DomainName: "a.b.pstn.twilio.com" });
  return refusal("DELETE", `trunking/v1/Trunks/${parent}`);
}

describe("where the documents contradict each other, the dialects do", () => {
  const both = (run: (its: ReturnType<typeof account>) => unknown) => twilioEmulator.dialects.map((dialect) => run(account(dialect)));

  test("trap 9, one code and several meanings: an own domain again, and a list again", () => {
    const again = both(({ trunk, refusal }) => {
      trunk({ DomainName: "one.pstn.twilio.com" });
      return refusal("POST", "trunking/v1/Trunks", { DomainName: "ONE.pstn.twilio.com" });
    });
    expect(again).toEqual([
      [21248, 400],
      [21245, 409],
    ]);
    expect(both(attachTwice)).toEqual([
      [21245, 400],
      [21245, 409],
    ]);
  });

  test("trap 13, lists that others use: one that is only on a trunk may be deleted without a refusal, and the trunk loses it", () => {
    const found = both(({ trunk, list, attach, ask, get }) => {
      const [one, ips, logins] = [trunk(), list("IpAccessControlLists", "ips"), list("CredentialLists", "logins")];
      attach(one, "IpAccessControlList", ips);
      attach(one, "CredentialList", logins);
      const answers = [ask("DELETE", `${SIP}/IpAccessControlLists/${ips}.json`), ask("DELETE", `${SIP}/CredentialLists/${logins}.json`)];
      const [gone, stays] = answers.map(({ status, body }) => (body as Json)?.code ?? status);
      return [gone, stays, get(`trunking/v1/Trunks/${one}`).auth_type];
    });
    expect(found).toEqual([
      [204, 204, ""],
      [21236, 21241, "IP_ACL,CREDENTIAL_LIST"],
    ]);
  });

  test("a trunk with numbers or lists is deleted or not; numbers and lists stay either way", () => {
    const found = both(({ trunk, list, attach, ask, numberOf, refusal }) => {
      const [one, ips, number] = [trunk(), list("IpAccessControlLists", "ips"), numberOf("12025550110")];
      attach(one, "IpAccessControlList", ips);
      ask("POST", `trunking/v1/Trunks/${one}/PhoneNumbers`, { PhoneNumberSid: number.sid });
      const first = refusal("DELETE", `trunking/v1/Trunks/${one}`);
      ask("DELETE", `trunking/v1/Trunks/${one}/IpAccessControlLists/${ips}`);
      ask("DELETE", `trunking/v1/Trunks/${one}/PhoneNumbers/${number.sid}`);
      ask("DELETE", `trunking/v1/Trunks/${one}`);
      const left = [ask("GET", `trunking/v1/Trunks/${one}`), ask("GET", `${SIP}/IpAccessControlLists/${ips}.json`)];
      return [first, left.map(({ status }) => status), numberOf("12025550110").trunk_sid];
    });
    expect(found).toEqual([
      [[undefined, 204], [404, 200], null],
      [[20409, 409], [404, 200], null],
    ]);
  });

  test("a number of another trunk is moved by assigning it or not; its own record moves it always", () => {
    const found = both(({ trunk, ask, post, numberOf, refusal }) => {
      const [one, other, number] = [trunk(), trunk(), numberOf("12025550110")];
      ask("POST", `trunking/v1/Trunks/${one}/PhoneNumbers`, { PhoneNumberSid: number.sid });
      const answer = refusal("POST", `trunking/v1/Trunks/${other}/PhoneNumbers`, { PhoneNumberSid: number.sid });
      return [
        ...answer,
        numberOf("12025550110").trunk_sid === other,
        post(`${NUMBERS}/${number.sid}.json`, { TrunkSid: other }).trunk_sid === other,
      ];
    });
    expect(found).toEqual([
      [undefined, 201, true, true],
      [20409, 409, false, true],
    ]);
  });

  test.each<[string, Form, "urls" | "trunks" | "logins", unknown[]]>([
    ["weight 0", { ...URL_FORM, Weight: 0 }, "urls", [201, 20001]],
    ["sips", { ...URL_FORM, SipUrl: "sips:pbx.example.com" }, "urls", [201, 20001]],
    ["65 letters", { FriendlyName: "x".repeat(65) }, "trunks", [201, 20001]],
    ["a weak password", { Username: "pbx", Password: "short" }, "logins", [21243, 21240]],
  ])("%s", (_, form, where, expected) => {
    const answers = both((its) => {
      const logins = () => `${SIP}/CredentialLists/${its.list("CredentialLists", "logins")}/Credentials.json`;
      const path = { urls: () => urls(its), trunks: () => "trunking/v1/Trunks", logins }[where]();
      const { status, body } = its.ask("POST", path, form);
      return (body as Json).code ?? status;
    });
    expect(answers).toEqual(expected);
  });

  test("trap 7, a prefix that was left out: the whole address, which one of them shows as 0", () => {
    const shown = both(({ list, post }) => {
      const rows = `${SIP}/IpAccessControlLists/${list("IpAccessControlLists", "ips")}/IpAddresses.json`;
      return post(rows, { FriendlyName: "pbx", IpAddress: "203.0.113.1" }).cidr_prefix_length;
    });
    expect(shown).toEqual([32, 0]);
  });

  test("recording is an object or a word in a trunk, and an object in its own answer", () => {
    const shown = both(({ trunk, post, get }) => {
      const one = `trunking/v1/Trunks/${trunk()}`;
      const set = post(`${one}/Recording`, { Mode: "record-from-ringing" });
      return [set, get(one).recording];
    });
    const set = { mode: "record-from-ringing", trim: "do-not-trim" };
    expect(shown).toEqual([
      [set, set],
      [set, "record-from-ringing"],
    ]);
  });

  test("auth_type lags behind a detached list or not", () => {
    const shown = both(({ trunk, list, attach, ask, get, pass }) => {
      const [one, ips] = [trunk(), list("IpAccessControlLists", "ips")];
      attach(one, "IpAccessControlList", ips);
      ask("DELETE", `trunking/v1/Trunks/${one}/IpAccessControlLists/${ips}`);
      const authType = () => get(`trunking/v1/Trunks/${one}`).auth_type;
      return [authType(), pass(2_000) && authType()];
    });
    expect(shown).toEqual([
      ["IP_ACL", ""],
      ["", ""],
    ]);
  });

  test("a list of addresses is full at 100 or at 25", () => {
    const full = both(({ list, ask, refusal }) => {
      const rows = `${SIP}/IpAccessControlLists/${list("IpAccessControlLists", "ips")}/IpAddresses.json`;
      const add = (last: number) => ({ FriendlyName: `n${last}`, IpAddress: `203.0.113.${last}` });
      let taken = 0;
      while (ask("POST", rows, add(taken)).status === 201) taken += 1;
      return [taken, refusal("POST", rows, add(taken))[0]];
    });
    expect(full).toEqual([
      [100, 21237],
      [25, 21237],
    ]);
  });
});

describe("the account that a sandbox starts with", () => {
  test("has three trunks: two share a list, and one has neither a domain nor an address", () => {
    const { emulator, get } = account();
    twilioEmulator.seed?.(emulator);
    const rows: Json[] = get("trunking/v1/Trunks").trunks;
    expect(rows.map(({ friendly_name, domain_name, auth_type }) => [friendly_name, domain_name, auth_type])).toEqual([
      ["boston_sales", "boston-sales.pstn.twilio.com", "IP_ACL"],
      ["boston_desk", "boston-desk.pstn.twilio.com", "IP_ACL"],
      ["boston_night", null, "IP_ACL"],
    ]);
    const lists = rows.map(({ sid: one }) => get(`trunking/v1/Trunks/${one}/IpAccessControlLists`).ip_access_control_lists[0].sid);
    expect(lists[0]).toBe(lists[1]);
    expect(get(`${SIP}/IpAccessControlLists/${lists[2]}/IpAddresses.json`).ip_addresses).toEqual([]);
  });

  test("reads geo permissions, and the filters of that list", () => {
    const { get } = account();
    const codes = (search: string) => get(`voice/v1/DialingPermissions/Countries${search}`).content.map((row: Json) => row.iso_code);
    expect([codes("?LowRiskNumbersEnabled=true"), codes("?Continent=EUROPE"), codes("?CountryCode=%2B91")]).toEqual([
      ["US"],
      ["GB", "LV"],
      ["IN"],
    ]);
    expect(codes("?HighRiskTollfraudNumbersEnabled=true")).toEqual([]);
  });

  test("has no dialect beside its own", () => {
    expect(() => twilioEmulator.create({ dialect: "klingon" })).toThrow(/no dialect "klingon"/);
  });
});
