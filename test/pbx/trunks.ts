import type { TrunkDetail } from "../../src/core/carrier/trunk.ts";
import { type FactOptions, type PbxFacts, pbxFactsOf } from "../../src/pbx/facts.ts";
import { exotelPbxFacts } from "../../src/providers/exotel/pbx-facts.ts";

export const exotelTrunk: TrunkDetail = {
  provider: "exotel",
  trunk_id: "trmum1abc",
  trunk_name: "acme",
  status: "active",
  domain_name: "acme1m.pstn.exotel.com",
  auth_type: "IP-WHITELIST",
  phone_numbers: [{ phone_number_id: "1", phone_number: "+918044319240", mode: "pstn" }],
  destination_uris: [{ destination: "sip.example.com:5061;transport=tls" }],
  credentials: [{ credential_id: "7", user_name: "acme_pbx" }],
};

export const gateway: FactOptions["gateway"] = { host: "in.voip.exotel.com", port: 443, transport: "tls", auth: "digest" };

/** An Exotel trunk with everything told, unless a test takes something away. */
export function factsWith(options: Partial<FactOptions> = {}, trunk: Partial<TrunkDetail> = {}): PbxFacts {
  const told = { publicIp: "198.51.100.20", bindIp: "10.0.0.5", carrierSignalling: ["198.51.100.7", "198.51.100.8"] };
  const whole = { ...exotelTrunk, ...trunk };
  return pbxFactsOf(whole, { gateway, carrier: exotelPbxFacts(whole), ...told, ...options });
}

/** Passwords that some program is known to misread: those that every format must carry literally or refuse. */
export const hostilePasswords = [
  "a;b",
  'a"b\\c',
  "#include x",
  "p@ss:w/;?%41",
  "it's <&>",
  "$avp(x)",
  "a$$b%s%%",
  "$var(a)b",
  "s3 cret",
  "\\;x;--y\\",
  ">x=>y",
  "--><param",
  "]]>&amp;&#x41;",
  "'; drop",
  "päss wörd ☎",
];
