import { cleanText, quoteText } from "../../core/text.ts";
import type { NumberRecord } from "./json.ts";

/** In words, whatever takes a number's calls now: it loses them without a word of Twilio's, and an application does not come back. */
export function lossOf({ voice_application_sid, voice_url }: NumberRecord, trunk?: string): string {
  return [
    ...(trunk === undefined ? [] : [`its calls no longer go to trunk ${quoteText(trunk)}`]),
    ...(voice_application_sid ? [`its application ${cleanText(voice_application_sid, 40)} is removed from it for good`] : []),
    ...(voice_url ? [`its web address ${quoteText(voice_url, 120)} is no longer asked`] : []),
  ].join("; ");
}
