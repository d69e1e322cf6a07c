// A tour in which this script is the agent, and, where a form appears, the person: `npm run demo`.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const colour = process.stdout.isTTY ? (code, text) => `\u001b[${code}m${text}\u001b[0m` : (_code, text) => text;
const bold = (text) => colour(1, text);
const dim = (text) => colour(2, text);

/** What the tour leaves behind goes with it. */
const home = await mkdtemp(join(tmpdir(), "trunkline-demo-"));
const client = new Client({ name: "trunkline-demo", version: "1.0.0" }, { capabilities: { elicitation: {} } });
client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
  console.log(`${bold("   a form appears before the person:")}\n${indent(params.message)}`);
  console.log(`${bold("   the person types:")} demo_trunk\n`);
  return { action: "accept", content: { trunk_name: "demo_trunk" } };
});

function indent(text) {
  return text.replace(/^/gm, "     ");
}

async function call(why, name, args = {}) {
  console.log(bold(why));
  console.log(`   ${name} ${JSON.stringify(args)}`);
  const { content, isError } = await client.callTool({ name, arguments: args });
  const value = JSON.parse(content.at(-1).text);
  console.log(dim(`${indent(JSON.stringify(value, null, 2))}\n`));
  return { value, isError };
}

await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [join(root, "dist", "main.js")],
    env: { PATH: process.env.PATH, TRUNKLINE_SANDBOX: "true", TRUNKLINE_HOME: home },
  }),
);
console.log(dim("Trunkline runs on its sandbox: emulators on this machine answer, no carrier is called.\n"));

await call("What is there already?", "list_trunks");
await call("A name that Exotel would refuse; nothing is sent.", "exotel_create_trunk", { trunk_name: "my demo-trunk" });
const { value } = await call("A name that it takes.", "exotel_create_trunk", { trunk_name: "demo_trunk" });
const { trunk_id } = value.trunk;
await call("The number that callers see.", "exotel_map_phone_number", { trunk_sid: trunk_id, phone_number: "+918044319240", mode: "pstn" });
await call("The PBX that may place calls. A trunk's name does as well as its id.", "exotel_whitelist_ip", {
  trunk_sid: "demo_trunk",
  ip: "203.0.113.50",
});
await call("Where inbound calls go.", "exotel_add_destination_uris", {
  trunk_sid: trunk_id,
  destinations: [{ destination: "203.0.113.50:5061;transport=tls" }],
});
await call("Everything that hangs on the trunk.", "get_trunk", { trunk_id });
await call("Deleting waits for a person.", "exotel_delete_trunk", { trunk_sid: trunk_id });
await call("It is gone.", "list_trunks");
await client.close();
await rm(home, { recursive: true, force: true });
