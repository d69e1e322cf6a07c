export default (carriers: string) =>
  [
    "# Outbound calls (termination)",
    "",
    "Your PBX or platform places calls over the carrier. The steps are tools of this server. Sources are in brackets; nothing here was tried on a live account.",
    "",
    carriers,
    "",
    "## When calls fail",
    "",
    "A refusal with 403 is most often an address that is not whitelisted, a caller id that is not mapped, or a wrong login. trunkline://guides/error-codes goes through the codes.",
  ].join("\n");
