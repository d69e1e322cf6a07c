import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { flag, integer, type Parameters, readForm, sipUrl, trunkName } from "./form.ts";
import { pageAnswer } from "./paging.ts";
import { conflict } from "./refusal.ts";
import { type Call, change, found, isoDate, newRow, type Row, trunkOf } from "./state.ts";

/** The carrier has a limit and does not say which. */
const MOST = 100;

/** All are required, although the documents speak of defaults. */
const parameters: Parameters = {
  Weight: { field: "weight", rule: integer(({ smallestWeight }) => smallestWeight, 65_535), required: true },
  Priority: { field: "priority", rule: integer(() => 0, 65_535), required: true },
  Enabled: { field: "enabled", rule: flag, required: true },
  FriendlyName: { field: "friendly_name", rule: trunkName, required: true },
  SipUrl: { field: "sip_url", rule: sipUrl, required: true },
};

export function listUrls(call: Call, trunkSid: string): EmulatorAnswer {
  return pageAnswer(call, "origination_urls", trunkOf(call, trunkSid).originationUrls, (row) => toUrl(call, trunkSid, row));
}

/** Equal ones may stand side by side. */
export function createUrl(call: Call, trunkSid: string): EmulatorAnswer {
  const { originationUrls } = trunkOf(call, trunkSid);
  const row = newRow(call, "OU", readForm(call, parameters, { creates: true }));
  if (originationUrls.length >= MOST) throw conflict(21249, "Maximum Origination URIs reached");
  originationUrls.push(row);
  return { status: 201, body: toUrl(call, trunkSid, row) };
}

export function getUrl(call: Call, trunkSid: string, sid: string): EmulatorAnswer {
  return { status: 200, body: toUrl(call, trunkSid, urlOf(call, trunkSid, sid)) };
}

export function updateUrl(call: Call, trunkSid: string, sid: string): EmulatorAnswer {
  const row = urlOf(call, trunkSid, sid);
  change(row, readForm(call, parameters, { creates: false }), call.nowMs);
  return { status: 200, body: toUrl(call, trunkSid, row) };
}

export function deleteUrl(call: Call, trunkSid: string, sid: string): EmulatorAnswer {
  const { originationUrls } = trunkOf(call, trunkSid);
  originationUrls.splice(originationUrls.indexOf(urlOf(call, trunkSid, sid)), 1);
  return { status: 204 };
}

function urlOf(call: Call, trunkSid: string, sid: string): Row {
  const url = trunkOf(call, trunkSid).originationUrls.find((row) => row.sid === sid);
  return found(url, call);
}

function toUrl({ account }: Call, trunkSid: string, { sid, createdMs, updatedMs, values }: Row): Record<string, unknown> {
  return {
    sid,
    account_sid: account,
    trunk_sid: trunkSid,
    ...values,
    date_created: isoDate(createdMs),
    date_updated: isoDate(updatedMs),
    url: `https://trunking.twilio.com/v1/Trunks/${trunkSid}/OriginationUrls/${sid}`,
  };
}
