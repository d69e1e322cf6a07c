export function debianMirror(): Promise<string>;
export function mirrorIn(targets: string): string;
