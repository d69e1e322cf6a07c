export default (carriers: string) =>
  [
    "# PBX settings",
    "",
    "Settings of the PBX for a trunk that is set up. Sources are in brackets. **Nothing here was verified by a call**: where documents disagree both answers are given, and the person should look into the carrier's console before relying on either.",
    "",
    carriers,
    "",
    "## Traps",
    "",
    "[The first two were seen with Asterisk 22.10 and FreeSWITCH 1.11 against a carrier on loopback, not against a real one.]",
    "",
    "- Asterisk: a semicolon in a password or a contact cuts the line; write `\\;`. Do not set `callerid=` on a trunk's endpoint: it overwrites the caller of inbound calls. Let `identify` match every signalling address of the carrier.",
    "- FreeSWITCH: a profile without `tls=true` skips a gateway with `register-transport=tls`. `register` is `false`. `${` in a password is expanded.",
    "- Behind NAT: announce the public address for signalling and media, or there is one-way sound. The whitelisted address is the one that the carrier sees.",
    "- A good endpoint may ignore OPTIONS: silence on an open connection proves nothing.",
  ].join("\n");
