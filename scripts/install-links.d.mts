export interface InstallLink {
  client?: string;
  title: string;
  badge: string;
  url: string;
}
export const server: { name: string; command: string; args: string[] };
export function installLinks(owner: { repository: string }): InstallLink[];
export function installButtons(owner: { repository: string }): string;
