import * as z from "zod";
import type { UseCase } from "./setup.ts";

/** The facts that every carrier can tell about a trunk. */
export const trunkSchema = z.object({
  provider: z.string(),
  trunk_id: z.string(),
  trunk_name: z.string(),
  /** The carrier's own rules do not allow such a name: somebody may have chosen it to be read as something else. */
  name_suspicious: z.boolean().optional(),
  status: z.string().optional(),
  domain_name: z.string().optional(),
  auth_type: z.string().optional(),
  created_at: z.string().optional(),
  /** Set where the row, or part of it, is what this server remembers of its own call rather than the carrier's word. */
  remembered: z.boolean().optional(),
});
export type Trunk = z.infer<typeof trunkSchema>;

export const phoneNumberSchema = z.object({
  phone_number_id: z.string().optional(),
  phone_number: z.string(),
  mode: z.string().optional(),
  created_at: z.string().optional(),
});
export type PhoneNumber = z.infer<typeof phoneNumberSchema>;

/** The list that holds a row, where it is not the trunk's own: other trunks may have it too. */
const listField = { list: z.string().optional() };

export const whitelistedIpSchema = z.object({
  whitelisted_ip_id: z.string().optional(),
  ip: z.string(),
  mask: z.number(),
  friendly_name: z.string().optional(),
  ...listField,
  created_at: z.string().optional(),
});
export type WhitelistedIp = z.infer<typeof whitelistedIpSchema>;

export const destinationUriSchema = z.object({
  destination_uri_id: z.string().optional(),
  /** Without the `sip:` that the carrier puts before it. */
  destination: z.string(),
  type: z.string().optional(),
  priority: z.number().optional(),
  weight: z.number().optional(),
  created_at: z.string().optional(),
});
export type DestinationUri = z.infer<typeof destinationUriSchema>;

/** Where a person finds a password. The pipeline fills it in. */
export const secretPlace = {
  secret_ref: z.string().optional(),
  /** Shows it in the person's own terminal. */
  secret_command: z.string().optional(),
  /** Shows it once, on a page to which the person signs in. */
  secret_url: z.string().optional(),
  /** Only the carrier has it. */
  secret_at: z.string().optional(),
};

export const credentialSchema = z.object({
  credential_id: z.string().optional(),
  user_name: z.string(),
  friendly_name: z.string().optional(),
  /** Its use, and whether the trunk's way of admission counts it. */
  use: z.string().optional(),
  ...listField,
  ...secretPlace,
  /** Only when the operator set TRUNKLINE_REVEAL_SECRETS. */
  password: z.string().optional(),
  created_at: z.string().optional(),
});

/** The row and everything that belongs to it. Lists that a carrier does not have are absent. */
export const trunkDetailSchema = trunkSchema.extend({
  phone_numbers: z.array(phoneNumberSchema).optional(),
  whitelisted_ips: z.array(whitelistedIpSchema).optional(),
  destination_uris: z.array(destinationUriSchema).optional(),
  credentials: z.array(credentialSchema).optional(),
  /** Absent when none is set. */
  alias: z.string().optional(),
  /** The carrier's other attributes, under its own names, from the allow-list of its view. */
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])).optional(),
});
export type TrunkDetail = Omit<z.infer<typeof trunkDetailSchema>, "credentials"> & {
  credentials?: Credential[] | undefined;
  /** Absent for a carrier that has no aliases; false where the carrier did not tell. */
  aliasRead?: boolean;
  /** Of a carrier whose trunks are made for one way; absent: what is on a trunk tells. */
  directions?: readonly UseCase[];
};

/** A credential inside the process: the password, where there is one, is a Secret until the pipeline replaces it. */
export type Credential = Omit<z.infer<typeof credentialSchema>, "password" | keyof typeof secretPlace> & {
  password?: import("../secret.ts").Secret;
  /** The carrier does not tell the password; if this server made the login, it keeps it under this name. */
  kept_as?: string;
};

/** `isRefused`: the carrier's own rule for names refuses it. No rule allows control characters. */
export function suspicion(name: string, isRefused: boolean): Pick<Trunk, "name_suspicious"> {
  return isRefused || /\p{Cc}/u.test(name) ? { name_suspicious: true } : {};
}
