import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { readDestination } from "../../rules/destination.ts";
import type { Ends } from "./ends.ts";
import { wayOf } from "./platform-rows.ts";

/** The trunks of a platform that a carrier's trunk is connected to. */
export interface Connected {
  inbound?: TrunkDetail | undefined;
  outbound?: TrunkDetail | undefined;
}

/** `there`: trunks of the platform. Calls in go to its host, calls out come by a login of the carrier's trunk, and both ends have a number in common. */
export function connectedTo(trunk: TrunkDetail, there: readonly TrunkDetail[], ends: Pick<Ends, "platform" | "sipHost">): Connected {
  const own = there.filter((other) => sharedNumbers(trunk, other).length > 0);
  const of = (way: string) => own.filter((other) => wayOf(other) === way);
  return {
    inbound: sendsTo(trunk, ends) ? of("inbound")[0] : undefined,
    outbound: of("outbound").find((other) => (other.credentials ?? []).some(({ user_name }) => hasLogin(trunk, user_name))),
  };
}

/** True where calls of either way go between a carrier's trunk and a platform. */
export function leadsTo(trunk: TrunkDetail, there: readonly TrunkDetail[], ends: Pick<Ends, "platform" | "sipHost">): boolean {
  return sendsTo(trunk, ends) || connectedTo(trunk, there, ends).outbound !== undefined;
}

function sendsTo(trunk: TrunkDetail, ends: Pick<Ends, "platform" | "sipHost">): boolean {
  return destinationsTo(trunk, ends).length > 0;
}

export function destinationsTo(
  { destination_uris = [] }: TrunkDetail,
  { platform, sipHost }: Pick<Ends, "platform" | "sipHost">,
): string[] {
  return destination_uris
    .map(({ destination }) => destination)
    .filter((destination) => platform.side.isHost(readDestination(destination)?.host ?? "", sipHost));
}

function hasLogin({ credentials = [] }: TrunkDetail, user: string): boolean {
  return credentials.some(({ user_name }) => user_name === user);
}

/** In the spelling of the platform. */
export function sharedNumbers(trunk: TrunkDetail, other: TrunkDetail): string[] {
  const own = new Set((trunk.phone_numbers ?? []).map(({ phone_number }) => bareNumber(phone_number)));
  return (other.phone_numbers ?? []).map(({ phone_number }) => phone_number).filter((number) => own.has(bareNumber(number)));
}

function bareNumber(number: string): string {
  return number.replace(/^\+/, "");
}
