import { type CountryCode, type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { InputFinding } from "../core/input-finding.ts";
import { quoteText } from "../core/text.ts";
import { refuse, warning } from "./findings.ts";

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
  const digits = value.replace(/[^\d+]/g, "");
  const international = digits.replace(/^\+?00/, "+");
  const readings = international.startsWith("+") ? [parse(international)] : [parse(`+${international}`), ...national(digits)];
  const valid = readings.filter((number) => number?.isValid()).map((number) => number?.number);
  return new Set(valid).size === 1 ? valid[0] : undefined;
}

/** Countries in which carriers give out numbers: a national number without a country code most likely belongs to one of them. */
const homeCountries: readonly CountryCode[] = ["IN", "SG"];

function national(digits: string): (PhoneNumber | undefined)[] {
  return homeCountries.map((country) => parsePhoneNumberFromString(digits, country));
}

function parse(value: string): PhoneNumber | undefined {
  return parsePhoneNumberFromString(value);
}
