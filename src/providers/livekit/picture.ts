import type { CarrierPicture } from "../../core/carrier/picture.ts";

export const livekitPicture: CarrierPicture = {
  fields: {
    allowed_numbers: "Callers may be",
    allowed_hosts: "Names allowed in From",
    half_login: "Half a login",
    krisp_enabled: "Noise cancellation",
    ringing_timeout: "Rings for",
    max_call_duration: "Calls end after",
    media_encryption: "Media encryption",
    destination_country: "Country called",
    caller_ids: "Caller ids",
  },
  calls({ attributes = {} }) {
    const { direction, dispatch_rules: rules } = attributes;
    return { only: direction === "inbound" ? "in" : "out", isPlatform: true, answers: Array.isArray(rules) ? rules : [] };
  },
};
