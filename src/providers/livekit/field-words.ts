export const fieldWords = {
  allowed_numbers: "Callers may be",
  allowed_hosts: "Names allowed in From",
  half_login: "Half a login",
  krisp_enabled: "Noise cancellation",
  ringing_timeout: "Rings for",
  max_call_duration: "Calls end after",
  media_encryption: "Media encryption",
  destination_country: "Country called",
  caller_ids: "Caller ids",
};
