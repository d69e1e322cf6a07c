import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import type { InputFinding } from "../core/input-finding.ts";
import { quoteText } from "../core/text.ts";
import { refuse, warning } from "./findings.ts";
import { looksLikeNumber } from "./number-shape.ts";

/** E.164 with the plus sign: refused when no such number can exist, warned about when its range is not in use. */
export function checkPhoneNumber(field: string, value: string): InputFinding | undefined {
  const shaped = /^\+[1-9]\d{5,14}$/.test(value);
  const number = shaped ? parsePhoneNumberFromString(value) : undefined;
  if (!number?.isPossible()) {
    const proposal = propose(value);
    const said = shaped ? "has a length that no number of that country has" : "is not in E.164 form (+, country code, number)";
    return refuse(
      field,
      `${quoteText(value)} ${said}. Nothing was sent.`,
      proposal ? `Did you mean ${proposal}?` : "Write it like +918044319240.",
    );
  }
  if (!number.isValid()) return warning(field, `${value} is possible, but no range in use is known for it; check it.`);
  return undefined;
}

/** The number that the person probably meant, when exactly one reading is valid. */
function propose(value: string): string | undefined {
  const valid = validReadings(value);
  return valid.length === 1 ? valid[0] : undefined;
}

/** Countries in which carriers give out numbers: a national number without a country code most likely belongs to one of them. */
const homeCountries: readonly CountryCode[] = ["IN", "SG"];

function validReadings(value: string): string[] {
  const international = toInternational(value);
  const read = international.startsWith("+")
    ? [parsePhoneNumberFromString(international)]
    : [
        parsePhoneNumberFromString(`+${international}`),
        ...homeCountries.map((country) => parsePhoneNumberFromString(international, country)),
      ];
  return [...new Set(read.flatMap((number) => (number?.isValid() ? [number.number] : [])))];
}

function toInternational(value: string): string {
  return value.replace(/[^\d+]/g, "").replace(/^\+?00/, "+");
}

/** The numbers in E.164 that a person may mean, in whatever spelling. */
export function readingsOf(value: string): string[] {
  if (!looksLikeNumber(value)) return [];
  const exact = toInternational(value);
  const valid = validReadings(value);
  return valid.length === 0 && /^\+[1-9]\d{5,14}$/.test(exact) ? [exact] : valid;
}

/** Whether a person who says this may mean that number: a national spelling is read in the country of the other. */
export function mayMean(said: string, number: string): boolean {
  if (said === number) return true;
  if (!number.startsWith("+")) return readingsOf(said).some((reading) => mayMean(number, reading));
  const country = parsePhoneNumberFromString(number)?.countryCallingCode;
  if (!looksLikeNumber(said) || country === undefined) return false;
  const international = toInternational(said);
  return `+${international}` === number || parsePhoneNumberFromString(international, { defaultCallingCode: country })?.number === number;
}

/** Of some trunks, those that have a number which a person may mean. */
export function havingNumber<Row extends Pick<TrunkDetail, "phone_numbers">>(trunks: readonly Row[], said: string): Row[] {
  return trunks.filter(({ phone_numbers = [] }) => phone_numbers.some(({ phone_number }) => mayMean(said, phone_number)));
}

/** E.164 of what is written with its country code, however it is grouped. Anything else stays as it is. */
export function withoutGrouping(value: string): string {
  const international = toInternational(value);
  const number = looksLikeNumber(value) && international.startsWith("+") ? parsePhoneNumberFromString(international) : undefined;
  return number?.isPossible() ? number.number : value;
}

/** The country of a number in E.164, in two small letters. Where countries share a code and the number does not tell, the largest. */
export function countryOf(number: string): string | undefined {
  const read = parsePhoneNumberFromString(number);
  return (read?.country ?? (read?.countryCallingCode === "1" ? "US" : undefined))?.toLowerCase();
}

/** In groups, as people write it; what is no number is quoted. */
export function grouped(number: string): string {
  return parsePhoneNumberFromString(number)?.formatInternational() ?? quoteText(number);
}
