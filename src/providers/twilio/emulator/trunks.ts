import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { claimDomain, domainName, refuseWithSubdomains } from "./domains.ts";
import { flag, httpUrl, oneOf, orNull, type Parameters, readForm, trunkName } from "./form.ts";
import { pageAnswer } from "./paging.ts";
import { conflict, Refusal } from "./refusal.ts";
import { type Call, change, isoDate, newRow, type TrunkEntry, trunkOf } from "./state.ts";

const MOST_TRUNKS = 100;

const parameters: Parameters = {
  FriendlyName: { field: "friendly_name", rule: orNull(trunkName) },
  DomainName: { field: "domain_name", rule: orNull(domainName) },
  DisasterRecoveryUrl: { field: "disaster_recovery_url", rule: orNull(httpUrl) },
  DisasterRecoveryMethod: { field: "disaster_recovery_method", rule: oneOf("GET", "POST") },
  TransferMode: { field: "transfer_mode", rule: oneOf("disable-all", "enable-all", "sip-only") },
  TransferCallerId: { field: "transfer_caller_id", rule: oneOf("from-transferee", "from-transferor") },
  Secure: { field: "secure", rule: flag },
  CnamLookupEnabled: { field: "cnam_lookup_enabled", rule: flag },
};

const fresh = {
  friendly_name: null,
  domain_name: null,
  disaster_recovery_url: null,
  disaster_recovery_method: "POST",
  transfer_mode: "disable-all",
  transfer_caller_id: "from-transferee",
  secure: false,
  cnam_lookup_enabled: false,
  symmetric_rtp_enabled: false,
};

const recordingParameters: Parameters = {
  Mode: {
    field: "mode",
    rule: oneOf("do-not-record", "record-from-ringing", "record-from-answer", "record-from-ringing-dual", "record-from-answer-dual"),
  },
  Trim: { field: "trim", rule: oneOf("do-not-trim", "trim-silence") },
};

export function listTrunks(call: Call): EmulatorAnswer {
  return pageAnswer(call, "trunks", [...call.state.trunks.values()], (trunk) => toTrunk(call, trunk));
}

export function createTrunk(call: Call): EmulatorAnswer {
  const values = readForm(call, parameters, { creates: true });
  if (call.state.trunks.size >= MOST_TRUNKS) throw conflict(21244, "Maximum number of Trunks reached");
  claimDomain(call, values["domain_name"]);
  const trunk: TrunkEntry = {
    ...newRow(call, "TK", { ...fresh, ...values }),
    recording: { mode: "do-not-record", trim: "do-not-trim" },
    originationUrls: [],
    lists: { IpAccessControlLists: [], CredentialLists: [] },
  };
  call.state.trunks.set(trunk.sid, trunk);
  return { status: 201, body: toTrunk(call, trunk) };
}

export function getTrunk(call: Call, sid: string): EmulatorAnswer {
  return { status: 200, body: toTrunk(call, trunkOf(call, sid)) };
}

/** A field that is left out stays. */
export function updateTrunk(call: Call, sid: string): EmulatorAnswer {
  const trunk = trunkOf(call, sid);
  const values = readForm(call, parameters, { creates: false });
  const { domain_name: domain = trunk.values["domain_name"] } = values;
  if (domain !== trunk.values["domain_name"]) {
    refuseWithSubdomains(call, trunk);
    claimDomain(call, domain);
  }
  change(trunk, values, call.nowMs);
  return { status: 200, body: toTrunk(call, trunk) };
}

export function deleteTrunk(call: Call, sid: string): EmulatorAnswer {
  const trunk = trunkOf(call, sid);
  refuseWithSubdomains(call, trunk);
  const numbers = [...call.state.numbers.values()].filter(({ values }) => values["trunk_sid"] === sid);
  if (numbers.some(({ values }) => values["emergency_status"] === "Active")) {
    throw conflict(21634, "SIP Trunk is in use for emergency calling");
  }
  const lists = Object.values(trunk.lists).flat();
  if (!call.dialect.deletesFullTrunks && numbers.length + lists.length > 0) {
    throw new Refusal(20409, "The trunk still has phone numbers, IP access control lists or credential lists");
  }
  for (const number of numbers) number.values["trunk_sid"] = null;
  call.state.trunks.delete(sid);
  return { status: 204 };
}

export function getRecording(call: Call, sid: string): EmulatorAnswer {
  return { status: 200, body: trunkOf(call, sid).recording };
}

export function updateRecording(call: Call, sid: string): EmulatorAnswer {
  const trunk = trunkOf(call, sid);
  Object.assign(trunk.recording, readForm(call, recordingParameters, { creates: false }));
  trunk.updatedMs = call.nowMs;
  return { status: 200, body: trunk.recording };
}

/** Computed: nobody sets it. */
export function authTypeOf({ lists }: TrunkEntry): string {
  const kinds = [lists.IpAccessControlLists.length > 0 ? "IP_ACL" : "", lists.CredentialLists.length > 0 ? "CREDENTIAL_LIST" : ""];
  return kinds.filter((kind) => kind !== "").join(",");
}

function toTrunk({ account, dialect, nowMs }: Call, trunk: TrunkEntry): Record<string, unknown> {
  const { sid, createdMs, updatedMs, values, recording, authTypeBefore: before } = trunk;
  const url = `https://trunking.twilio.com/v1/Trunks/${sid}`;
  return {
    sid,
    account_sid: account,
    ...values,
    recording: dialect.recordingIsObject ? recording : recording.mode,
    auth_type: before && nowMs < before.untilMs ? before.value : authTypeOf(trunk),
    auth_type_set: [],
    date_created: isoDate(createdMs),
    date_updated: isoDate(updatedMs),
    url,
    links: {
      origination_urls: `${url}/OriginationUrls`,
      credential_lists: `${url}/CredentialLists`,
      ip_access_control_lists: `${url}/IpAccessControlLists`,
      phone_numbers: `${url}/PhoneNumbers`,
      recording: `${url}/Recording`,
    },
  };
}
