import { DECIDE_MS } from "../src/core/person-limits.ts";
export default (carriers: string) =>
  [
    "# Limits",
    "",
    "Sources are in brackets. The rates that this server keeps are in trunkline://providers.",
    "",
    carriers,
    "",
    "## Every carrier",
    "",
    "- Telephone numbers are E.164: a plus sign, the country code, at most 15 digits in all.",
    "- No carrier has an idempotency key. After a doubtful answer this server reads back, and says when it cannot tell.",
    "",
    "## This server",
    "",
    "- A list has 50 rows a page unless `limit` says otherwise, at most 100. An answer is cut at about 6,000 model tokens; `omitted` says how many rows are missing.",
    "- A request to a carrier may take 5 seconds to connect and 30 in all. Reads are tried three times; a write is sent again only when the carrier cannot have received it, or refused it with 429.",
    `- An approval is for one call with exactly these arguments, and for ${DECIDE_MS / 60_000} minutes. It is void once the trunk changed.`,
    "- This server paces its own calls. One that would have to wait longer than 20 seconds for its place is answered `rate_limited`, with the seconds to wait, and nothing is sent. Other programs with the same key use up the same limit, and this server cannot see them.",
  ].join("\n");
