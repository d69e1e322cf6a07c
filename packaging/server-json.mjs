/** The entry for the MCP registry. `bundleHash` is the SHA-256 of the desktop bundle. */
export function registryEntry({ name, version, description, owner, registryName, carriers }, bundleHash) {
  const environmentVariables = carriers.flatMap(({ title, settings }) =>
    settings.map(({ name: variable, meaning, secret, choices, standard }) => ({
      name: variable,
      description: `${title}: ${meaning.replaceAll("`", "")}`,
      isRequired: false,
      isSecret: secret,
      ...(choices ? { choices } : {}),
      ...(standard === undefined ? {} : { default: standard }),
    })),
  );
  const transport = { type: "stdio" };
  return {
    $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    name: registryName,
    title: "Trunkline",
    description: shortened(description),
    version,
    repository: { url: owner.repository, source: "github" },
    packages: [
      { registryType: "npm", identifier: name, version, transport, environmentVariables },
      {
        registryType: "mcpb",
        identifier: `${owner.repository}/releases/download/v${version}/trunkline.mcpb`,
        fileSha256: bundleHash,
        transport,
      },
      { registryType: "oci", identifier: `ghcr.io/${owner.account.toLowerCase()}/trunkline:${version}`, transport, environmentVariables },
    ],
  };
}

/** The registry takes 100 characters. */
function shortened(text) {
  if (text.length > 100) throw new Error(`The description has ${text.length} characters; the registry takes 100.`);
  return text;
}
