import type { PhoneNumber, TrunkDetail } from "../../core/carrier/trunk.ts";
import { given } from "../../core/given.ts";
import { toRange } from "../../rules/range.ts";
import type { NewTrunk, TrunkChange } from "./fields.ts";
import { DEFAULT_THRESHOLD } from "./input-rules.ts";

/** Trunks as this carrier's calls leave them: what an approval is judged by. */

export function newTrunk({ name, twilio_account_sid, ...fields }: NewTrunk): TrunkDetail {
  const fresh: TrunkDetail = {
    provider: "didww",
    trunk_id: "",
    trunk_name: name,
    status: "active",
    auth_type: twilio_account_sid === undefined ? "credentials_and_ip" : "twilio",
    attributes: { threshold_amount: String(DEFAULT_THRESHOLD), ...(twilio_account_sid === undefined ? {} : { twilio_account_sid }) },
  };
  return changed(fresh, fields);
}

export function changed(trunk: TrunkDetail, input: Omit<TrunkChange, "trunk_id">): TrunkDetail {
  const { name, status, allowed_sip_ips, dids, ...attributes } = input;
  return {
    ...trunk,
    ...(name === undefined ? {} : { trunk_name: name }),
    ...(status === undefined ? {} : { status }),
    ...(allowed_sip_ips === undefined ? {} : { whitelisted_ips: allowed_sip_ips.map(toRange) }),
    ...(dids === undefined ? {} : { phone_numbers: dids.map((id) => numberOf(trunk, id)) }),
    attributes: { ...trunk.attributes, ...given(attributes) },
  };
}

function numberOf({ phone_numbers = [] }: TrunkDetail, id: string): PhoneNumber {
  return phone_numbers.find((row) => row.phone_number_id === id) ?? { phone_number_id: id, phone_number: `DID ${id}` };
}

export function withNewLogin(trunk: TrunkDetail): TrunkDetail {
  return { ...trunk, credentials: [{ user_name: "a new one of DIDWW's making" }] };
}
