import { Buffer } from "node:buffer";
import { askEmulator, type Emulator } from "../../../core/carrier/emulator.ts";

const PBX = "44.248.146.11";

/** Four trunks. Over `night_line` nobody may place calls. */
export function seedExotel(emulator: Emulator, { sid, key, token }: Record<"sid" | "key" | "token", string>): void {
  const headers = {
    authorization: `Basic ${Buffer.from(`${key}:${token}`).toString("base64")}`,
    "content-type": "application/json",
  };
  const post = (path: string, body: object) => askEmulator(emulator, "POST", `v2/accounts/${sid}/${path}`, headers, body);
  const newTrunk = (trunk_name: string) => {
    const made = post("trunks", { trunk_name, nso_code: "ANY-ANY", domain_name: `${sid}.pstn.exotel.com` });
    const { response } = made as { response: { data: { trunk_sid: string } } };
    const on = (list: string) => `trunks/${response.data.trunk_sid}/${list}`;
    return {
      map: (phone_number: string, mode: string) => post(on("phone-numbers"), { phone_number, mode }),
      admit: (ip: string) => post(on("whitelisted-ips"), { ip, mask: 32 }),
      send: (destination: string) => post(on("destination-uris"), { destinations: [{ destination }] }),
    };
  };
  const callCentre = newTrunk("call_centre");
  callCentre.map("+918044319240", "pstn");
  callCentre.admit(PBX);
  const frontDesk = newTrunk("front_desk");
  frontDesk.map("+918044319241", "pstn");
  frontDesk.admit(PBX);
  frontDesk.send(`${PBX}:5061;transport=tls`);
  const voiceBot = newTrunk("voice_bot");
  voiceBot.map("+918044319242", "flow");
  voiceBot.admit("44.248.146.12");
  voiceBot.send("bot.example.com:5061;transport=tls");
  const nightLine = newTrunk("night_line");
  nightLine.map("+918044319243", "pstn");
}
