export function installNode(version: string, folder: string): Promise<{ node?: string; exact?: string; missing?: string }>;
