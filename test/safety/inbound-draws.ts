import fc from "fast-check";

/** Values for DIDWW's calls in: some harmless, some not. */

const EVIL = "evil.example.net";

export const inNames = fc.constantFrom("inward", "idle", "new_in");
export const ownDids = fc.constantFrom("+37061498222", "+46812111133", "+12025550143");
export const inGoals = fc.constantFrom<Record<string, unknown>>(
  { host: "sip.example.com", port: 5061, transport: "tls", media_encryption_mode: "srtp_sdes" },
  { host: "sip.example.com", username: "+{DID}" },
  { host: EVIL, transport: "tcp" },
  { enabled_sip_registration: true },
);
export const inLogins = fc.constantFrom<Record<string, unknown>>(
  {},
  {},
  { auth_user: "sip", auth_password: "env:TRUNKLINE_SECRET_SIP" },
  { auth_user: "model", auth_password: "ModelKnowsThis1" },
  { auth_user: "none" },
);
