export default (carriers: string) =>
  [
    "# Inbound calls (origination)",
    "",
    "Calls to one of your numbers reach your server. `plan_trunk` and `apply_plan` make a whole setup in two calls; the steps below are what a plan does, each a tool of its own. Sources are in brackets; nothing here was tried on a live account.",
    "",
    carriers,
    "",
    "## No call arrives",
    "",
    "`check_trunk` asks all but the second of these in one call.",
    "",
    "1. Is the number mapped, and is there a destination?",
    "2. Is the Flow made, and is the number attached to it? Only the person can see that.",
    "3. Does the destination's port fit its transport: 5061 for TLS, 5060 for TCP?",
    "4. Does the name resolve to a public address, and is the certificate valid for it?",
    "5. Does a firewall let the carrier in? A server that answers nobody else cannot be judged from elsewhere.",
  ].join("\n");
