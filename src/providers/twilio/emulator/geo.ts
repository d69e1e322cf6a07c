import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { pageAnswer } from "./paging.ts";
import { type Call, found } from "./state.ts";

interface Country {
  /** Its ISO code, under the name that pages know. */
  sid: string;
  name: string;
  continent: string;
  codes: string[];
  low: boolean;
  special: boolean;
  tollFraud: boolean;
}

/** As for a new account: home only, and no numbers that fraud likes. */
const countries: readonly Country[] = [
  { sid: "US", name: "United States/Canada", continent: "NORTH_AMERICA", codes: ["+1"], low: true, special: false, tollFraud: false },
  { sid: "GB", name: "United Kingdom", continent: "EUROPE", codes: ["+44"], low: false, special: false, tollFraud: false },
  { sid: "IN", name: "India", continent: "ASIA", codes: ["+91"], low: false, special: false, tollFraud: false },
  { sid: "LV", name: "Latvia", continent: "EUROPE", codes: ["+371"], low: false, special: false, tollFraud: false },
];

const filters: Readonly<Record<string, (country: Country, wanted: string) => boolean>> = {
  IsoCode: ({ sid }, wanted) => sid === wanted,
  Continent: ({ continent }, wanted) => continent === wanted,
  CountryCode: ({ codes }, wanted) => codes.includes(wanted),
  LowRiskNumbersEnabled: ({ low }, wanted) => String(low) === wanted,
  HighRiskSpecialNumbersEnabled: ({ special }, wanted) => String(special) === wanted,
  HighRiskTollfraudNumbersEnabled: ({ tollFraud }, wanted) => String(tollFraud) === wanted,
};

export function listCountries(call: Call): EmulatorAnswer {
  const wanted = countries.filter((country) =>
    Object.entries(filters).every(([name, fits]) => {
      const value = call.request.query.get(name);
      return value === null || fits(country, value);
    }),
  );
  return pageAnswer(call, "content", wanted, toCountry);
}

export function getCountry(call: Call, isoCode: string): EmulatorAnswer {
  const country = countries.find(({ sid }) => sid === isoCode);
  return { status: 200, body: toCountry(found(country, call)) };
}

export function getSettings(): EmulatorAnswer {
  return { status: 200, body: { dialing_permissions_inheritance: true, url: "https://voice.twilio.com/v1/Settings" } };
}

function toCountry({ sid, name, continent, codes, low, special, tollFraud }: Country): Record<string, unknown> {
  const url = `https://voice.twilio.com/v1/DialingPermissions/Countries/${sid}`;
  return {
    iso_code: sid,
    name,
    continent,
    country_codes: codes,
    low_risk_numbers_enabled: low,
    high_risk_special_numbers_enabled: special,
    high_risk_tollfraud_numbers_enabled: tollFraud,
    url,
    links: { highrisk_special_prefixes: `${url}/HighRiskSpecialPrefixes` },
  };
}
