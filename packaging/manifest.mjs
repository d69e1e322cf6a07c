/** The bundle's manifest for Claude Desktop, version 0.3 of the format. */
export function bundleManifest({ version, description, license, keywords, owner, carriers, surface }) {
  const settings = carriers.flatMap(({ title, settings: rows }) => rows.map((row) => ({ title, ...row })));
  const key = ({ name }) => name.toLowerCase();
  return {
    manifest_version: "0.3",
    name: "trunkline",
    display_name: "Trunkline",
    version,
    description,
    long_description:
      "Without any account, Trunkline runs on a sandbox of all carriers. Fill in the fields of your own carrier to work on its trunks. What removes or opens something waits until you agree to it.",
    author: { name: owner.author },
    repository: { type: "git", url: owner.repository },
    homepage: owner.repository,
    documentation: `${owner.repository}#readme`,
    support: `${owner.repository}/issues`,
    icon: "icon.png",
    license,
    keywords,
    privacy_policies: [owner.privacyPolicy],
    server: {
      type: "node",
      entry_point: "server/desktop.js",
      mcp_config: {
        command: "node",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the host fills these in.
        args: ["${__dirname}/server/desktop.js"],
        env: Object.fromEntries(settings.map((row) => [row.name, `\${user_config.${key(row)}}`])),
      },
    },
    tools: surface.tools.map(({ listed: { name, description: text } }) => ({ name, description: text })),
    // The host asks for a key of a missing feature only by its version: node:sqlite tells of transactions from there on.
    compatibility: { platforms: ["darwin", "win32", "linux"], runtimes: { node: ">=22.16.0" } },
    user_config: Object.fromEntries(settings.map((row) => [key(row), field(row)])),
  };
}

/** Without a default, an empty field would reach the server as the placeholder itself. */
function field({ title, name, meaning, secret, choices }) {
  const words = meaning.replaceAll("`", "");
  return {
    type: "string",
    title: `${title}: ${name}`,
    description: choices ? `${words} (${choices.join(", ")})` : words,
    required: false,
    default: "",
    ...(secret ? { sensitive: true } : {}),
  };
}
