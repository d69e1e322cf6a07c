import type { TelnyxClient } from "./client.ts";
import type { KnownProfile } from "./fields.ts";
import { toKnown } from "./view.ts";

interface WithProfile {
  outbound_voice_profile_id?: string | undefined;
  profile?: KnownProfile | undefined;
}

/** The input with its profile by id, and with the limits that a person is shown: never with those that a caller claims. */
export async function withKnownProfile<Input extends WithProfile>(
  input: Input,
  { client, signal }: { client: Pick<TelnyxClient, "findProfile">; signal: AbortSignal },
): Promise<Input> {
  const { profile: _, ...rest } = input;
  if (rest.outbound_voice_profile_id === undefined) return rest as Input;
  const found = await client.findProfile(rest.outbound_voice_profile_id, signal);
  return { ...rest, outbound_voice_profile_id: found.outbound_voice_profile_id, profile: toKnown(found) } as Input;
}
