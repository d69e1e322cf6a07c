import { absentIfNotFound, isFromThisWrite, writeOperation } from "../../core/carrier/operation.ts";
import type { DestinationUri } from "../../core/carrier/trunk.ts";
import type { WireAnswer } from "../../core/carrier/wire.ts";
import { type OnTrunk, onTrunkPath, type TwilioApi } from "./api.ts";
import { toForm, type UrlChange, type UrlInput } from "./fields.ts";
import { urlRecordSchema } from "./json.ts";
import type { TwilioReads } from "./reads.ts";
import { isSo } from "./trunk-writes.ts";
import { toDestinationUri } from "./view.ts";

type Written = { destination_uri: DestinationUri };

/** The input also has the words by which a person named the URL. */
function fieldsOf({ sip_url, priority, weight, enabled, friendly_name }: UrlChange) {
  return { sip_url, priority, weight, enabled, friendly_name };
}

export function originationWrites(api: TwilioApi, reads: TwilioReads) {
  const parse = (answer: WireAnswer): Written => ({ destination_uri: toDestinationUri(api.answers.one(answer, urlRecordSchema)) });

  const addOriginationUrl = writeOperation<UrlInput, Written>(api.wire, {
    operation: "add an origination URL",
    method: "POST",
    path: ({ trunk_sid }) => onTrunkPath(trunk_sid, "OriginationUrls"),
    // A name is required, and no longer than this.
    body: ({ trunk_sid: _, friendly_name, ...fields }) =>
      toForm({ ...fields, friendly_name: friendly_name ?? fields.sip_url.slice(0, 64) }),
    parse,
    settle: async ({ trunk_sid, sip_url, priority, weight }, moment) => {
      const found = (await reads.originationUrls(trunk_sid)).find(
        (row) => isSo(row, { sip_url, priority, weight }) && isFromThisWrite(row.date_created ?? undefined, moment),
      );
      return found && { destination_uri: toDestinationUri(found) };
    },
  });

  const updateOriginationUrl = writeOperation<UrlChange, Written>(api.wire, {
    operation: "change an origination URL",
    method: "POST",
    path: ({ trunk_sid, destination_uri_id }) => onTrunkPath(trunk_sid, "OriginationUrls", destination_uri_id),
    body: (input) => toForm(fieldsOf(input)),
    parse,
    settle: async (input) => {
      const found = (await reads.originationUrls(input.trunk_sid)).find(({ sid }) => sid === input.destination_uri_id);
      return found && isSo(found, fieldsOf(input)) ? { destination_uri: toDestinationUri(found) } : undefined;
    },
  });

  const removeOriginationUrl = writeOperation<
    OnTrunk & { destination_uri_id: string },
    { removed: true; destination_uri_id: string } & OnTrunk
  >(api.wire, {
    operation: "remove an origination URL",
    method: "DELETE",
    path: ({ trunk_sid, destination_uri_id }) => onTrunkPath(trunk_sid, "OriginationUrls", destination_uri_id),
    parse: (answer, input) => {
      api.answers.removed(answer);
      return { removed: true, ...input };
    },
    settle: async (input) => {
      const left = await absentIfNotFound(reads.originationUrls(input.trunk_sid));
      return left?.some(({ sid }) => sid === input.destination_uri_id) ? undefined : { removed: true, ...input };
    },
  });
  return { addOriginationUrl, updateOriginationUrl, removeOriginationUrl };
}
