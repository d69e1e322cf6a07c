import type { Attributes } from "../../core/carrier/attributes.ts";
import { type CarrierReach, emptyReach, type Guard, type Reach } from "../../core/carrier/reach.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { cleanText } from "../../core/text.ts";
import { whatStays } from "./deactivate.ts";

export const vyomReach: CarrierReach = { reach, remarks };

/** Vyom tells little of a trunk; the rest is what this server remembers of its own calls. */
function reach(trunk: TrunkDetail | undefined): Reach {
  const { phone_numbers = [], attributes = {} } = trunk ?? {};
  const webhook = attributes["passthrough_webhook_url"];
  return {
    ...emptyReach,
    othersMayCall: "whoever has the account's API key",
    routedOtherwise: trunk?.phone_numbers === undefined,
    routes: phone_numbers.map(({ phone_number }) => ({
      key: phone_number,
      what: `number ${phone_number}`,
      to: "out over this trunk",
    })),
    guards: [guard("passthrough_webhook_url", typeof webhook === "string" ? cleanText(webhook) : undefined), loginHost(attributes)],
  };
}

function guard(name: string, value: string | undefined): Guard {
  return { name, value: value ?? "none", level: value === undefined ? 0 : 1 };
}

/** A Twilio login goes to the address that the trunk names; Twilio's own are below pstn.twilio.com. */
function loginHost({ trunk_type, address }: Attributes): Guard {
  const foreign = trunk_type === "twilio" && typeof address === "string" && !/\.pstn(\.[a-z0-9-]+)?\.twilio\.com(:\d+)?$/i.test(address);
  return guard("host that gets the Twilio login", foreign ? cleanText(String(address)) : undefined);
}

function remarks(before: TrunkDetail | undefined, after: TrunkDetail | undefined): string[] {
  if (!before || after) return [];
  const type = before.attributes?.["trunk_type"];
  return ["Calls that are placed through it are refused.", ...whatStays(typeof type === "string" ? type : undefined)];
}
