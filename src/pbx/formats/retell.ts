import { definePbxFormat } from "../format.ts";
import { callerId, hostPort } from "../placeholders.ts";
import { json, jsonLogin, refuseFlow } from "./json.ts";

export const retell = definePbxFormat({
  id: "retell",
  title: "Retell: an imported phone number",
  files(facts, login) {
    refuseFlow(facts, "Retell");
    const { gateway, name } = facts;
    const number = {
      phone_number: callerId(facts),
      termination_uri: hostPort(gateway.host, gateway.port),
      transport: gateway.transport.toUpperCase(),
      ignore_e164_validation: false,
      nickname: name,
      ...jsonLogin(login, "sip_trunk_auth_username", "sip_trunk_auth_password"),
    };
    return [json(`retell_${name}.json`, number)];
  },
  put: () => ["anywhere; delete the file after loading, it holds the password"],
  load: ({ name, directions }) => [
    `curl -H "Authorization: Bearer $RETELL_API_KEY" -H "Content-Type: application/json" --data @retell_${name}.json https://api.retellai.com/import-phone-number`,
    ...(directions.includes("inbound")
      ? ["calls that come in: at the carrier, send them to sip.retellai.com, whose custom telephony page tells the transports"]
      : []),
    "bind an agent to the number in Retell: without one it takes no call, and places one only where the call names an agent",
  ],
  test: () => [
    "that termination_uri takes a port is inferred from its form; Retell's reference shows a bare host: check it there, and ask its support if calls fail at once",
    "the carrier must admit Retell's ranges (its custom telephony page tells them) or, where it demands none, know the login",
  ],
});
