import { describe, expect, test, vi } from "vitest";
import { twilioEmulator } from "../../src/providers/twilio/emulator.ts";
import { needsTwilioDocuments, twilioDocuments } from "../support/twilio-openapi.ts";
import { startTwilioSdk } from "../support/twilio-sdk.ts";

// The SDK reads its host from them.
vi.stubEnv("TWILIO_EDGE", undefined);
vi.stubEnv("TWILIO_REGION", undefined);

const URL_FIELDS = { weight: 10, priority: 10, enabled: true, friendlyName: "pbx", sipUrl: "sip:pbx.example.com:5061;transport=tls" };
const PASSWORD = "Correct-horse-7";

type Started = Awaited<ReturnType<typeof startTwilioSdk>>;

/** One account from its first trunk to its last, by every operation that there is. */
async function everything({ sdk }: Started) {
  const { trunks } = sdk.trunking.v1;
  const created = await trunks.create({
    friendlyName: "one",
    domainName: "one-sdk.pstn.twilio.com",
    secure: true,
    cnamLookupEnabled: false,
    transferMode: "sip-only",
    transferCallerId: "from-transferor",
    disasterRecoveryUrl: "https://example.com/down",
    disasterRecoveryMethod: "GET",
  });
  const trunk = trunks(created.sid);
  const read = await trunk.fetch();
  const updated = await trunk.update({ friendlyName: "", secure: false });
  const recording = await trunk.recordings().update({ mode: "record-from-answer-dual", trim: "trim-silence" });
  const readRecording = await trunk.recordings().fetch();
  const url = await trunk.originationUrls.create(URL_FIELDS);
  const changedUrl = await trunk.originationUrls(url.sid).update({ weight: 20, enabled: false });
  const readUrl = await trunk.originationUrls(url.sid).fetch();
  const urls = await trunk.originationUrls.list();
  const lists = await everyList(sdk, created.sid);
  const numbers = await everyNumber(sdk, created.sid);
  const all = await trunks.list();
  const removedUrl = await trunk.originationUrls(url.sid).remove();
  const removed = await trunk.remove();
  const { dialingPermissions } = sdk.voice.v1;
  const countries = await dialingPermissions.countries.list({ lowRiskNumbersEnabled: true });
  const country = await dialingPermissions.countries("US").fetch();
  const settings = await dialingPermissions.settings().fetch();
  return {
    ...{ created, read, updated, recording, readRecording, url, changedUrl, readUrl, urls, ...lists, ...numbers },
    ...{ all, removedUrl, removed, countries, country, settings },
  };
}

async function everyList(sdk: Started["sdk"], trunkSid: string) {
  const trunk = sdk.trunking.v1.trunks(trunkSid);
  const ipList = await sdk.sip.ipAccessControlLists.create({ friendlyName: "ips" });
  const renamed = await sdk.sip.ipAccessControlLists(ipList.sid).update({ friendlyName: `trunkline ${trunkSid} ips` });
  const inIpList = sdk.sip.ipAccessControlLists(ipList.sid).ipAddresses;
  const address = await inIpList.create({ friendlyName: "pbx", ipAddress: "203.0.113.1", cidrPrefixLength: 32 });
  await inIpList(address.sid).update({ ipAddress: "203.0.113.2" });
  const readAddress = await inIpList(address.sid).fetch();
  const addresses = await inIpList.list();
  const attached = await trunk.ipAccessControlLists.create({ ipAccessControlListSid: ipList.sid });
  await trunk.ipAccessControlLists(ipList.sid).fetch();
  const attachedLists = await trunk.ipAccessControlLists.list();
  await sdk.sip.ipAccessControlLists(ipList.sid).fetch();
  const ipLists = await sdk.sip.ipAccessControlLists.list();

  const loginList = await sdk.sip.credentialLists.create({ friendlyName: "logins" });
  await sdk.sip.credentialLists(loginList.sid).update({ friendlyName: `trunkline ${trunkSid} logins` });
  const inLoginList = sdk.sip.credentialLists(loginList.sid).credentials;
  const login = await inLoginList.create({ username: "pbx", password: PASSWORD });
  await inLoginList(login.sid).update({ password: `${PASSWORD}x` });
  await inLoginList(login.sid).fetch();
  const logins = await inLoginList.list();
  await trunk.credentialsLists.create({ credentialListSid: loginList.sid });
  await trunk.credentialsLists(loginList.sid).fetch();
  const attachedLogins = await trunk.credentialsLists.list();
  await sdk.sip.credentialLists(loginList.sid).fetch();
  const loginLists = await sdk.sip.credentialLists.list();
  const both = await trunk.fetch();

  const gone = [
    await inIpList(address.sid).remove(),
    await trunk.ipAccessControlLists(ipList.sid).remove(),
    await sdk.sip.ipAccessControlLists(ipList.sid).remove(),
    await inLoginList(login.sid).remove(),
    await trunk.credentialsLists(loginList.sid).remove(),
    await sdk.sip.credentialLists(loginList.sid).remove(),
  ];
  return {
    renamed,
    address,
    readAddress,
    addresses,
    attached,
    attachedLists,
    ipLists,
    login,
    logins,
    attachedLogins,
    loginLists,
    both,
    gone,
  };
}

async function everyNumber(sdk: Started["sdk"], trunkSid: string) {
  const trunk = sdk.trunking.v1.trunks(trunkSid);
  const found = await sdk.incomingPhoneNumbers.list({ phoneNumber: "+12025550110" });
  const sid = found[0]?.sid ?? "";
  const assigned = await trunk.phoneNumbers.create({ phoneNumberSid: sid });
  const onTrunk = await trunk.phoneNumbers.list();
  await trunk.phoneNumbers(sid).fetch();
  const unassigned = await trunk.phoneNumbers(sid).remove();
  const moved = await sdk.incomingPhoneNumbers(sid).update({ trunkSid });
  // Of the two the later one replaces the other.
  const off = await sdk.incomingPhoneNumbers(sid).update({ voiceApplicationSid: `AP${"0".repeat(32)}` });
  const readNumber = await sdk.incomingPhoneNumbers(sid).fetch();
  return { found, assigned, onTrunk, unassigned, moved, off, readNumber };
}

describe.each(twilioEmulator.dialects)("the carrier's own SDK against the dialect %s", (dialect) => {
  test("drives every operation, and reads what it wrote", async () => {
    const started = await startTwilioSdk(dialect);
    const did = await everything(started).finally(started.close);
    const { created } = did;
    expect(created).toMatchObject({ friendlyName: "one", domainName: "one-sdk.pstn.twilio.com", secure: true, transferMode: "sip-only" });
    expect(created).toMatchObject({ disasterRecoveryMethod: "GET", transferCallerId: "from-transferor", authType: "" });
    expect(did.read.dateCreated).toBeInstanceOf(Date);
    expect(did.updated).toMatchObject({ friendlyName: null, secure: false, domainName: "one-sdk.pstn.twilio.com" });
    expect([did.recording.toJSON(), did.readRecording.toJSON()]).toEqual(
      Array(2).fill({ mode: "record-from-answer-dual", trim: "trim-silence" }),
    );
    expect(did.urls.map(({ sid }) => sid)).toEqual([did.url.sid]);
    expect(did.readUrl).toMatchObject({ ...URL_FIELDS, weight: 20, enabled: false });
    expect(did.renamed.friendlyName).toBe(`trunkline ${created.sid} ips`);
    expect(did.readAddress).toMatchObject({ ipAddress: "203.0.113.2", cidrPrefixLength: 32, friendlyName: "pbx" });
    expect(did.readAddress.dateCreated).toBeInstanceOf(Date);
    expect(did.attachedLists).toMatchObject([{ sid: did.renamed.sid, trunkSid: created.sid, friendlyName: did.renamed.friendlyName }]);
    expect([did.addresses, did.ipLists, did.logins, did.loginLists, did.attachedLogins].map((rows) => rows.length)).toEqual(
      Array(5).fill(1),
    );
    expect(did.login.username).toBe("pbx");
    expect(did.both.authType).toBe("IP_ACL,CREDENTIAL_LIST");
    expect(did.gone).toEqual(Array(6).fill(true));
    expect(did.onTrunk).toMatchObject([{ phoneNumber: "+12025550110", trunkSid: created.sid }]);
    expect([did.unassigned, did.moved.trunkSid, did.off.trunkSid, did.readNumber.trunkSid]).toEqual([true, created.sid, null, null]);
    expect([did.all.length, did.removedUrl, did.removed]).toEqual([1, true, true]);
    expect([did.countries.map(({ isoCode }) => isoCode), did.country.isoCode, did.settings.dialingPermissionsInheritance]).toEqual([
      ["US"],
      "US",
      true,
    ]);
    const answers = JSON.stringify(started.exchanges.map(({ answer }) => answer));
    expect(answers).not.toContain(PASSWORD);
  });

  test("reads both paging shapes to their ends, by links that name the carrier's hosts", async () => {
    const { sdk, exchanges, close } = await startTwilioSdk(dialect);
    try {
      for (const name of ["a", "b", "c"]) {
        await sdk.trunking.v1.trunks.create({ friendlyName: name });
        await sdk.sip.ipAccessControlLists.create({ friendlyName: name });
      }
      const [trunks, lists] = [
        await sdk.trunking.v1.trunks.list({ pageSize: 2 }),
        await sdk.sip.ipAccessControlLists.list({ pageSize: 1 }),
      ];
      expect([trunks, lists].map((rows) => rows.map(({ friendlyName }) => friendlyName))).toEqual(Array(2).fill(["a", "b", "c"]));
      const links = exchanges.flatMap(({ answer }) => JSON.stringify(answer).match(/"next_page_ur[il]":"[^"?]+/g) ?? []);
      expect([...new Set(links)].map((link) => link.split('":"')[1]?.split("/Accounts")[0])).toEqual([
        "https://trunking.twilio.com/v1/Trunks",
        "/2010-04-01",
      ]);
      expect(exchanges.filter(({ method, path, host }) => host === "api" && method === "GET" && path.endsWith(".json")).length).toBe(3);
    } finally {
      await close();
    }
  });

  test("knows a refusal for what it is", async () => {
    const { sdk, close } = await startTwilioSdk(dialect);
    const { sdk: stranger, close: closeStranger } = await startTwilioSdk(dialect, { username: `SK${"0".repeat(32)}` });
    try {
      const taken = sdk.trunking.v1.trunks.create({ domainName: "taken.pstn.twilio.com" });
      await expect(taken).rejects.toMatchObject({ code: 21248, moreInfo: "https://www.twilio.com/docs/errors/21248" });
      const absent = sdk.trunking.v1.trunks(`TK${"0".repeat(32)}`).fetch();
      await expect(absent).rejects.toMatchObject({ status: 404, code: 20404, message: expect.stringContaining("/v1/Trunks/TK0") });
      await expect(sdk.sip.credentialLists.page({ pageSize: 1001 })).rejects.toMatchObject({ status: 400, code: 20007 });
      await expect(stranger.trunking.v1.trunks.list()).rejects.toMatchObject({ status: 401, code: 20003, message: "Authenticate" });
    } finally {
      await Promise.all([close(), closeStranger()]);
    }
  });

  test("sends and is sent what the OpenAPI documents say, in every operation of theirs", needsTwilioDocuments, async () => {
    const documents = twilioDocuments();
    const started = await startTwilioSdk(dialect);
    await everything(started).finally(started.close);
    expect(started.exchanges.flatMap(documents.problems)).toEqual([]);
    expect([...new Set(started.exchanges.map(documents.nameOf))].sort()).toEqual(documents.operations.toSorted());
    expect(documents.operations.length).toBeGreaterThan(40);
  });
});
