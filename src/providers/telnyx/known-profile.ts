import type { TelnyxClient } from "./client.ts";
import type { KnownProfile } from "./fields.ts";
import { toKnown } from "./view.ts";

interface WithProfile {
  outbound_voice_profile_id?: string | undefined;
  profile?: KnownProfile | undefined;
}

/**
 * The input with its profile by id, and with the limits that a person is shown. Limits that are given already are those of a plan
 * that a person has seen; the call itself refuses limits that are not the profile's, whoever claims them.
 */
export async function withKnownProfile<Input extends WithProfile>(
  input: Input,
  { client, signal }: { client: Pick<TelnyxClient, "findProfile">; signal: AbortSignal },
): Promise<Input> {
  const { outbound_voice_profile_id: said, profile } = input;
  if (said === undefined || profile !== undefined) return said === undefined ? { ...input, profile: undefined } : input;
  const found = await client.findProfile(said, signal);
  return { ...input, outbound_voice_profile_id: found.outbound_voice_profile_id, profile: toKnown(found) };
}
