import type { CarrierPicture } from "../../core/carrier/picture.ts";

export const telnyxPicture: CarrierPicture = {
  fields: {
    connection_type: "Kind of connection",
    transport_protocol: "Transport",
    encrypted_media: "Media encryption",
    anchorsite_override: "Media passes through",
    dtmf_type: "DTMF",
    webhook_event_url: "Events go to",
    ani_number_format: "Caller's number comes as",
    dnis_number_format: "Dialled number comes as",
    inbound_channel_limit: "Calls in at once",
    outbound_channel_limit: "Calls out at once",
    ani_override_type: "Caller id is replaced",
    ip_authentication_method: "Admission by",
    outbound_voice_profile_id: "Outbound voice profile",
  },
};
