// Links that add Trunkline to a client with one click, all made from one object. GitHub drops schemes of its own kind from a
// page, so these are the https addresses that lead to them. None holds a key: what they add runs on the sandbox.
export const server = { name: "trunkline", command: "npx", args: ["-y", "trunkline-mcp"] };

const { name, ...start } = server;
const json = JSON.stringify(start);
const base64 = Buffer.from(json).toString("base64");
const badge = (text, colour) => `https://img.shields.io/badge/${text}-install-${colour}`;

/** The client's id in `trunkline setup`, where it has one, and what its link adds. */
export function installLinks({ repository }) {
  const query = new URLSearchParams({ name, config: JSON.stringify({ type: "stdio", ...start }) });
  return [
    {
      client: "claude-desktop",
      title: "Claude Desktop",
      badge: badge("Claude_Desktop", "D97757"),
      url: `${repository}/releases/latest/download/trunkline.mcpb`,
    },
    {
      client: "cursor",
      title: "Cursor",
      badge: "https://cursor.com/deeplink/mcp-install-dark.svg",
      url: `https://cursor.com/en/install-mcp?${new URLSearchParams({ name, config: base64 })}`,
    },
    {
      client: "vscode",
      title: "VS Code",
      badge: badge("VS_Code", "0098FF"),
      url: `https://vscode.dev/redirect/mcp/install?${query}`,
    },
    {
      client: "vscode",
      title: "VS Code Insiders",
      badge: badge("VS_Code_Insiders", "24BFA5"),
      url: `https://insiders.vscode.dev/redirect/mcp/install?${query}&quality=insiders`,
    },
    {
      title: "LM Studio",
      badge: "https://files.lmstudio.ai/deeplink/mcp-install-light.svg",
      url: `https://lmstudio.ai/install-mcp?${new URLSearchParams({ name, config: base64 })}`,
    },
    {
      title: "Kiro",
      badge: badge("Kiro", "7C3AED"),
      url: `https://kiro.dev/launch/mcp/add?${new URLSearchParams({ name, config: json })}`,
    },
  ];
}

/** The buttons, in one line of Markdown. */
export function installButtons(owner) {
  return installLinks(owner)
    .map(({ title, badge: image, url }) => `[![Add to ${title}](${image})](${url})`)
    .join(" ");
}
