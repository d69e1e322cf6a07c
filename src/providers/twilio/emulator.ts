import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { defineEmulator, type EmulatorAnswer, type EmulatorRequest, type EmulatorRoute, routeOf } from "../../core/carrier/emulator.ts";
import { emptyState, twilioSandboxAccount } from "./emulator/account.ts";
import { attachmentsOf } from "./emulator/attachments.ts";
import { dialects } from "./emulator/dialect.ts";
import { getCountry, getSettings, listCountries } from "./emulator/geo.ts";
import { rowsOf } from "./emulator/list-rows.ts";
import { kinds, listsOf } from "./emulator/lists.ts";
import { assign, getNumber, getOnTrunk, listNumbers, listOnTrunk, unassign, updateNumber } from "./emulator/numbers.ts";
import { createUrl, deleteUrl, getUrl, listUrls, updateUrl } from "./emulator/origination.ts";
import { notFound, Refusal, refused } from "./emulator/refusal.ts";
import { seedTwilio } from "./emulator/seed.ts";
import { type Call, type ListKind, listKinds, loadState, saveState } from "./emulator/state.ts";
import { createTrunk, deleteTrunk, getRecording, getTrunk, listTrunks, updateRecording, updateTrunk } from "./emulator/trunks.ts";

type Run = (call: Call, ...sids: [string, string, string]) => EmulatorAnswer;
type Route = EmulatorRoute<Run>;

/** A star is a sid. The first segment stands for the host: trunking, api or voice. */
const routes: readonly Route[] = [
  ["GET", "trunking/v1/Trunks", listTrunks],
  ["POST", "trunking/v1/Trunks", createTrunk],
  ["GET", "trunking/v1/Trunks/*", getTrunk],
  ["POST", "trunking/v1/Trunks/*", updateTrunk],
  ["DELETE", "trunking/v1/Trunks/*", deleteTrunk],
  ["GET", "trunking/v1/Trunks/*/Recording", getRecording],
  ["POST", "trunking/v1/Trunks/*/Recording", updateRecording],
  ["GET", "trunking/v1/Trunks/*/OriginationUrls", listUrls],
  ["POST", "trunking/v1/Trunks/*/OriginationUrls", createUrl],
  ["GET", "trunking/v1/Trunks/*/OriginationUrls/*", getUrl],
  ["POST", "trunking/v1/Trunks/*/OriginationUrls/*", updateUrl],
  ["DELETE", "trunking/v1/Trunks/*/OriginationUrls/*", deleteUrl],
  ["GET", "trunking/v1/Trunks/*/PhoneNumbers", listOnTrunk],
  ["POST", "trunking/v1/Trunks/*/PhoneNumbers", assign],
  ["GET", "trunking/v1/Trunks/*/PhoneNumbers/*", getOnTrunk],
  ["DELETE", "trunking/v1/Trunks/*/PhoneNumbers/*", unassign],
  ["GET", "api/2010-04-01/Accounts/account/IncomingPhoneNumbers", listNumbers],
  ["GET", "api/2010-04-01/Accounts/account/IncomingPhoneNumbers/*", getNumber],
  ["POST", "api/2010-04-01/Accounts/account/IncomingPhoneNumbers/*", updateNumber],
  ...listKinds.flatMap(listRoutes),
  ["GET", "voice/v1/DialingPermissions/Countries", listCountries],
  ["GET", "voice/v1/DialingPermissions/Countries/*", getCountry],
  ["GET", "voice/v1/Settings", getSettings],
];

function listRoutes(kind: ListKind): Route[] {
  const [attachments, lists, rows] = [attachmentsOf(kind), listsOf(kind), rowsOf(kind)];
  const onTrunk = `trunking/v1/Trunks/*/${kind}`;
  const all = `api/2010-04-01/Accounts/account/SIP/${kind}`;
  const inList = `${all}/*/${kinds[kind].rows}`;
  return [
    ["GET", onTrunk, attachments.list],
    ["POST", onTrunk, attachments.attach],
    ["GET", `${onTrunk}/*`, attachments.get],
    ["DELETE", `${onTrunk}/*`, attachments.detach],
    ["GET", all, lists.list],
    ["POST", all, lists.create],
    ["GET", `${all}/*`, lists.get],
    ["POST", `${all}/*`, lists.update],
    ["DELETE", `${all}/*`, lists.remove],
    ["GET", inList, rows.list],
    ["POST", inList, rows.create],
    ["GET", `${inList}/*`, rows.get],
    ["POST", `${inList}/*`, rows.update],
    ["DELETE", `${inList}/*`, rows.remove],
  ];
}

/** Twilio's Elastic SIP Trunking in memory, for one account that has numbers and no trunk. */
export const twilioEmulator = defineEmulator({
  title: "Twilio",
  dialects,
  state: { empty: emptyState, save: saveState, load: loadState },
  seed: seedTwilio,
  answer(call) {
    const { method, segments } = call.request;
    const account = authenticate(call.request);
    const path = `/${segments.slice(1).join("/")}`;
    const asked = segments[0] === "api" ? pathOfOlderApi(segments) : segments;
    const { run, stars } = routeOf(
      routes,
      { method, segments: asked },
      { noPath: () => notFound(path), noMethod: () => new Refusal(20004, "Method not allowed") },
    );
    const [first = "", second = "", third = ""] = stars;
    return withHeaders(run({ ...call, account, path }, first, second, third));
  },
  Refusal,
  refuse: (refusal, { dialect }) => withHeaders(refused(refusal, dialect.conflictStatus)),
});

/** The account that is asked about. A key of the parent account opens its subaccounts, in the older API only. */
function authenticate({ headers, segments }: EmulatorRequest): string {
  const { sid, key, secret, token, subaccount } = twilioSandboxAccount;
  const [scheme = "", value = ""] = (headers["authorization"] ?? "").split(" ");
  const pair = Buffer.from(value, "base64").toString();
  const isKnown = scheme.toLowerCase() === "basic" && [`${key}:${secret}`, `${sid}:${token}`].includes(pair);
  const asked = segments[0] === "api" ? segments[3] : sid;
  if (!isKnown || (asked !== sid && asked !== subaccount)) throw new Refusal(20003, "Authenticate");
  return asked;
}

/** It has the account in its path, and answers JSON only where the path ends in its name. */
function pathOfOlderApi(segments: readonly string[]): string[] {
  const last = segments.at(-1) ?? "";
  return last.endsWith(".json") ? ["api", segments[1] ?? "", "Accounts", "account", ...segments.slice(4, -1), last.slice(0, -5)] : [];
}

/** Calls under way at once are what the carrier limits; it answers one after the other here. */
function withHeaders(answer: EmulatorAnswer): EmulatorAnswer {
  const headers = {
    "Twilio-Concurrent-Requests": "1",
    "Twilio-Request-Id": `RQ${randomUUID().replaceAll("-", "")}`,
    "Twilio-Request-Duration": "0.001",
  };
  return { ...answer, headers };
}
