import * as z from "zod";
import {
  credentialSchema,
  destinationUriSchema,
  phoneNumberSchema,
  type TrunkDetail,
  trunkDetailSchema,
  whitelistedIpSchema,
} from "./trunk.ts";

/** The rows of a trunk as a reader needs them: when each was made tells nobody anything, and costs a third of its words. */
const unstamped = { created_at: true } as const;
export const shownNumberSchema = phoneNumberSchema.omit(unstamped);
export const shownAddressSchema = whitelistedIpSchema.omit(unstamped);
export const shownDestinationSchema = destinationUriSchema.omit(unstamped);
export const shownLoginSchema = credentialSchema.omit(unstamped);

/** A trunk as it was made. */
export const madeTrunkSchema = trunkDetailSchema.extend({
  phone_numbers: z.array(shownNumberSchema).optional(),
  whitelisted_ips: z.array(shownAddressSchema).optional(),
  destination_uris: z.array(shownDestinationSchema).optional(),
  credentials: z.array(shownLoginSchema).optional(),
});

/** `get_trunk`: a trunk as a reader needs it. */
export const shownTrunkSchema = madeTrunkSchema.extend({
  /** Null: none is set. Absent: the carrier has none, or does not tell. */
  alias: z.string().nullable().optional(),
  /** The number that calls over it show; a note says why it cannot be told, which is seldom a fault. */
  outbound_caller_id: z
    .object({ number: z.string().nullable(), from: z.enum(["alias", "mapped_number", "unknown"]), note: z.string().optional() })
    .optional(),
});
export type ShownTrunk = z.infer<typeof shownTrunkSchema>;

/** The trunk, and what follows from its lists where the carrier knows aliases. */
export function showTrunk({ aliasRead, directions: _, ...trunk }: TrunkDetail) {
  if (aliasRead === undefined) return trunk;
  return { ...trunk, ...(aliasRead ? { alias: trunk.alias ?? null } : {}), outbound_caller_id: callerIdOf(trunk, aliasRead) };
}

function callerIdOf({ alias, phone_numbers = [] }: TrunkDetail, aliasRead: boolean): ShownTrunk["outbound_caller_id"] {
  if (alias !== undefined) return { number: alias, from: "alias" };
  const [only, ...others] = phone_numbers.filter(({ mode = "pstn" }) => mode === "pstn");
  if (aliasRead && only && others.length === 0) return { number: only.phone_number, from: "mapped_number" };
  const note = aliasRead ? (only ? notes.several : notes.none) : notes.unread;
  return { number: null, from: "unknown", note };
}

const notes = {
  unread: "The alias could not be read, so this is not known now.",
  none: "No number that a call could show is mapped yet.",
  several: "No fault: without an alias each call shows the mapped number in its From.",
};
