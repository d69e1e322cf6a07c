import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { counted } from "../../core/text.ts";

/** Sixteen addresses; what is broader lets in more hosts than one site has. */
const WIDEST_WITHOUT_A_PERSON = 28;

/** What a range lets in, where that is more than one site's hosts. */
export function rangeExposure(ip: string, mask: number): string | undefined {
  if (mask >= WIDEST_WITHOUT_A_PERSON) return undefined;
  return `Let all ${2 ** (32 - mask)} addresses of ${ip}/${mask} place calls at your cost.`;
}

/** What further destinations mean for a trunk that has some. */
export function destinationExposure(present: number, added: number): string | undefined {
  if (present === 0) return undefined;
  return `Send inbound calls to ${counted(added, "more destination")} besides the ${present} in use: live calls may go there at once.`;
}

/** What another mode means for a number that is mapped. */
export function modeExposure({ phone_numbers = [] }: TrunkDetail, phoneNumberId: string, wanted: string): string | undefined {
  const current = phone_numbers.find((number) => number.phone_number_id === phoneNumberId);
  if (current?.mode === wanted) return undefined;
  return `Switch ${current?.phone_number ?? "a number"} from ${current?.mode ?? "its present mode"} to ${wanted}: calls of this number are routed otherwise at once.`;
}
