import type { CarrierPicture } from "../../core/carrier/picture.ts";

export const didwwPicture: CarrierPicture = {
  fields: {
    capacity_limit: "Calls at once",
    threshold_amount: "May cost in 24 h",
    threshold_reached: "Limit reached",
    spent_amount: "Spent in 24 h",
    default_dst_action: "Numbers in general",
    dst_prefixes: "Except prefixes",
    on_cli_mismatch_action: "Foreign caller id",
    allow_any_did_as_cli: "Any DID as caller id",
    media_encryption_mode: "Media encryption",
    allowed_rtp_ips: "Media may come from",
    force_symmetric_rtp: "Symmetric RTP",
    emergency_enable_all: "Emergency calls",
    callback_url: "Call records go to",
    external_reference_id: "Your reference",
    dids: "Number ids",
  },
  calls: ({ attributes = {} }) => ({
    only: attributes["direction"] === "inbound" ? "in" : "out",
    ...(attributes["threshold_reached"] === true ? { alarms: ["The limit of 24 hours is reached: calls are refused."] } : {}),
  }),
};
