import type { UseCase } from "./setup.ts";
import type { Credential, TrunkDetail } from "./trunk.ts";

/** Logins that somebody chose. One that is named after its trunk was generated with it, and nobody was told its password. */
export function chosenLogins({ trunk_id, credentials = [] }: TrunkDetail): Credential[] {
  return credentials.filter(({ user_name }) => user_name !== trunk_id);
}

/**
 * Tells which way calls go over a trunk as it is set up; empty if it is set up for none. Calls out need somebody who may place them,
 * and a number in mode pstn to show: a number without a mode is in pstn. A whitelisted address counts even where a destination
 * needs it, because a PBX mostly calls from where it is called.
 */
export function directionsOf(trunk: TrunkDetail): UseCase[] {
  if (trunk.directions) return [...trunk.directions];
  const { phone_numbers = [], whitelisted_ips = [], destination_uris = [] } = trunk;
  const hasMode = (wanted: string) => phone_numbers.some(({ mode = "pstn" }) => mode === wanted);
  const hasCaller = whitelisted_ips.length > 0 || chosenLogins(trunk).length > 0;
  const found: UseCase[] = [];
  if (hasCaller && hasMode("pstn")) found.push("outbound");
  if (destination_uris.length > 0) found.push("inbound");
  if (hasMode("flow")) found.push("voice_ai");
  return found;
}
