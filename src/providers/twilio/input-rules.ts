import type { InputFinding } from "../../core/input-finding.ts";
import { quoteText } from "../../core/text.ts";
import { readDestination } from "../../rules/destination.ts";
import { refuse, warning } from "../../rules/findings.ts";
import { isStrong } from "./password.ts";

export function checkDomainName(domain: string | undefined): InputFinding | undefined {
  if (domain === undefined || domain === "" || /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\.pstn\.twilio\.com$/i.test(domain)) return undefined;
  const hint = "Write it like acme.pstn.twilio.com, with letters, digits and hyphens.";
  return refuse("domain_name", `${quoteText(domain)} does not end with .pstn.twilio.com. Nothing was sent.`, hint);
}

export function checkUrl(url: string | undefined): InputFinding | undefined {
  if (url === undefined) return undefined;
  if (!/^sips?:/i.test(url) || !readDestination(url))
    return refuse(
      "sip_url",
      `${quoteText(url)} is no SIP address. Nothing was sent.`,
      "Write it like sip:pbx.example.com:5061;transport=tls.",
    );
  if (/^sips:/i.test(url)) return warning("sip_url", "Twilio's documents say that sips: is not supported; sip: with ;transport=tls is.");
  return undefined;
}

export function checkRecoveryUrl(url: string | undefined): InputFinding | undefined {
  if (url === undefined || url === "" || (/^https?:\/\//i.test(url) && URL.canParse(url))) return undefined;
  return refuse("disaster_recovery_url", `${quoteText(url)} is no web address. Nothing was sent.`);
}

export function checkUsername(name: string): InputFinding | undefined {
  if (/^[A-Za-z0-9_.+-]{1,32}$/.test(name)) return undefined;
  return refuse("username", `${quoteText(name)} is no user name of 1 to 32 letters, digits, _ . + or -. Nothing was sent.`);
}

export function checkPassword(password: string | undefined): InputFinding | undefined {
  if (password === undefined || isStrong(password)) return undefined;
  const hint = "Leave password out to have a strong one made.";
  return refuse("password", "Twilio asks for 12 characters, with a digit and letters of both cases. Nothing was sent.", hint);
}
