import { installButtons, installLinks } from "../../scripts/install-links.mjs";
import { type Client, clients } from "../../src/setup/clients.ts";
import type { Place } from "../../src/setup/places.ts";

const systems = { macOS: "darwin", Linux: "linux", Windows: "win32" } as const;

/** Says once what is the same on several systems. Windows has other names for the folders, and other slashes. */
function perSystem(textOn: (place: Place) => string): string {
  const said = new Map<string, string[]>();
  for (const [system, platform] of Object.entries(systems)) {
    const text = textOn({ platform, home: "~", environment: platform === "win32" ? { APPDATA: "%APPDATA%" } : {} });
    const own =
      platform === "win32" ? text.replace("`~", "`%USERPROFILE%").replaceAll(/`%[^`]*`/g, (path) => path.replaceAll("/", "\\")) : text;
    said.set(own, [...(said.get(own) ?? []), system]);
  }
  if (said.size === 1) return [...said.keys()].join("");
  return [...said].map(([text, names]) => `${names.join(" and ")}: ${text}`).join(" ");
}

/** The page of one client: five steps. */
export function clientPage(id: string, client: Client, owner: { repository: string }): string {
  const links = installLinks(owner).filter((link) => link.client === id);
  const buttons = links.map(({ title, url }) => `[${title}](${url})`).join(", ");
  const oneClick = links.length === 0 ? "" : ` Once the package is published, one click does the same: ${buttons}.`;
  const file = perSystem((place) => `\`${client.file(place)}\`.`);
  return `# Trunkline in ${client.title}

[Install Trunkline](../../README.md#install) first.

1. **Write it into the client's file.** \`trunkline setup ${id}\` shows you the change, keeps the rest of the file, and asks you. Add \`--carrier exotel\`, or another carrier, to have the variables of your account in it; without, Trunkline runs on the sandbox.${oneClick}
2. **Where the file is.** ${file}${client.fileNote === undefined ? "" : ` ${client.fileNote}`} ${
    client.asksForSecrets
      ? `${client.title} asks you for your carrier's keys, and keeps them.`
      : "Fill in your carrier's keys there: the command names the variables that are still open, and `--from-environment` takes those of your shell."
  }
3. **Restart.** ${client.restart}
4. **What you then see.** ${client.seen} Ask: _Which trunks do I have?_
5. **Where the log is.** ${perSystem(client.log)} \`trunkline config\` says in a terminal what is wrong with your settings.

\`trunkline setup ${id} --undo\` takes it out again, and puts your file back as it was. \`trunkline setup ${id} --print\` prints the lines for a file that you edit yourself, such as a project's.
`;
}

export function clientsIndex(owner: { repository: string }): string {
  const rows = Object.entries<Client>(clients).map(([id, { title }]) => `| [${title}](${id}.md) | \`trunkline setup ${id}\` |`);
  return `# Put Trunkline into your client

| Client | Command |
| --- | --- |
${rows.join("\n")}

The command writes the client's own configuration: it shows you the change, keeps the rest of the file and a copy of it, and asks you. \`--undo\` puts the file back. It starts the program that you ran it with by its absolute path, since a program of your desktop rarely finds Node.

## With one click

These start the npm package or the bundle, **which are not published yet**. They hold no key: Trunkline then runs on the sandbox.

${installButtons(owner)}
`;
}
