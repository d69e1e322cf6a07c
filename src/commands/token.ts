import { resolve } from "node:path";
import { TrunkError } from "../core/errors.ts";
import { folded } from "../core/screen.ts";
import { writeToken } from "../http/tenants/write-token.ts";
import { defineCommand } from "./command.ts";
import { terminalOf } from "./terminal.ts";

export default defineCommand({
  word: { name: "new", help: "the only thing that it does", choices: ["new"] },
  secondWord: { name: "tenant", help: "for whom the token is; a tenant that the file does not have yet begins on the sandbox" },
  flags: {
    name: { type: "string", takes: "NAME", help: "who holds it; by default the tenant's name and a number" },
    "read-only": { type: "boolean", help: "a token with which nothing can be changed" },
  },
  notes:
    "It writes the hashes into the file of TRUNKLINE_TENANTS, which it begins if it is not there. To revoke a token, take its entry out of the file. A running server reads the file again on SIGHUP.",
  examples: ["trunkline token new acme", "trunkline token new acme --name acme-dashboard --read-only"],
  async run({ secondWord: tenant, flags }, ports) {
    const given = ports.environment["TRUNKLINE_TENANTS"];
    if (!given) throw new TrunkError("not_configured", "Set TRUNKLINE_TENANTS to the path of the tenants file. Nothing was written.");
    const path = resolve(ports.folder, given);
    const { name, token, passphrase, isNewTenant } = await writeToken(path, { tenant, name: flags.name, readOnly: flags["read-only"] });
    const { paint, width } = terminalOf(ports).screen;
    const say = (text: string) => void ports.stdout.write(`${folded(text, width)}\n`);
    say(`${paint("green", "✓")} Token ${name} for tenant ${tenant} is in ${path}.`);
    if (isNewTenant) say("The tenant is new, and works on the sandbox until you give it carriers.");
    ports.stdout.write(`\nAccess token, for the client (shown this once):\n  ${paint("bold", token)}\n`);
    ports.stdout.write(`Passphrase, for the person who approves (shown this once):\n  ${paint("bold", passphrase)}\n\n`);
    say("The client sends the token as Authorization: Bearer TOKEN. Give the passphrase to the person alone, not to the agent.");
    say("If the server runs already, send it SIGHUP to read the file.");
    return 0;
  },
});
