import { askEmulator, type Emulator } from "../../../core/carrier/emulator.ts";

/** Two trunks for voice bots. */
export function seedVyom(emulator: Emulator, key: string): void {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const create = (body: object) => askEmulator(emulator, "POST", "sip/create-outbound-trunk", headers, body);
  create({ trunk_name: "hindi_bot", trunk_type: "exotel", trunk_config: { exotel_number: "+918044319244" } });
  create({
    trunk_name: "english_bot",
    trunk_type: "twilio",
    trunk_config: { address: "example.pstn.twilio.com", numbers: ["+12025550143"], username: "bot", password: "opens nothing" },
  });
}
