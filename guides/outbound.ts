export default (carriers: string) =>
  [
    "# Outbound calls (termination)",
    "",
    "Your PBX or platform places calls over the carrier. `plan_trunk` and `apply_plan` make a whole setup in two calls; the steps below are what a plan does, each a tool of its own. Sources are in brackets; nothing here was tried on a live account.",
    "",
    carriers,
    "",
    "## When calls fail",
    "",
    "A refusal with 403 is most often an address that is not whitelisted, a caller id that is not mapped, or a wrong login. trunkline://guides/error-codes goes through the codes.",
  ].join("\n");
