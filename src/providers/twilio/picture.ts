import type { CarrierPicture } from "../../core/carrier/picture.ts";

export const twilioPicture: CarrierPicture = {
  fields: {
    secure: "TLS and SRTP only",
    cnam_lookup_enabled: "Caller names are looked up",
    transfer_mode: "Transfers by REFER",
    transfer_caller_id: "Number shown on a transfer",
    disaster_recovery_url: "If nothing answers, ask",
    disaster_recovery_method: "Asked by",
    symmetric_rtp_enabled: "Symmetric RTP",
    recording_mode: "Recording",
    recording_trim: "Silence in recordings",
  },
};
