import type { Told } from "./pictures.mjs";
export function linesOf(told: Told[], steady: (text: string) => string): { kind: string; text: string }[];
export function drawTerminal(told: Told[], steady: (text: string) => string): string;
