import { errorPolicies } from "../src/core/errors.ts";

const ours = Object.entries(errorPolicies).map(([code, { hint }]) => `| \`${code}\` | ${hint} |`);

export default (carriers: string) =>
  [
    "# Error codes",
    "",
    "## This server",
    "",
    "`message` and `hint` are this server's words, `carrier_message` and `carrier_code` the carrier's. Of a write, `applied: false` says that nothing was changed, and `applied: \"unknown\"` that it may have been: read before you try again.",
    "",
    "| code | what to do, if the error says nothing better |",
    "| --- | --- |",
    ...ours,
    "",
    carriers,
    "",
    "## SIP: what the call itself is answered",
    "",
    "| answer | usual cause on a trunk |",
    "| --- | --- |",
    "| 400 | malformed header or SDP |",
    "| 401, 407 | the challenge; normal once, a wrong login when it repeats |",
    "| 403 | address not whitelisted, caller id not allowed, wrong login, country or limit. Exotel adds `X-Exotel-ErrorCode: 4001` for any of the first three, and for a wrong host |",
    "| 404 | number not mapped, or not known there |",
    "| 408, no answer | firewall, DNS, wrong port or transport |",
    "| 415, 488, 606 | no common codec, or SRTP on one side only |",
    "| 480 | nobody registered behind it |",
    "| 484 | number not complete: use E.164 |",
    "| 486, 600, 603 | the callee |",
    "| 500 to 504 | carrier or what is behind it; wait as Retry-After says |",
    "",
    "Twilio drops calls without an answer when the request names another host than the trunk's SIP domain [Twilio, SIP trunking troubleshooting].",
    "",
    "One-way sound, or a call that drops after half a minute, is not a refusal: look at NAT, at the media ports and at the public address that the PBX announces.",
  ].join("\n");
