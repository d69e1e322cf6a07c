export type Told = Partial<Record<"agent" | "answer" | "person" | "screen", string>>;
export function play(main: string, page?: (url: string) => Promise<void>): Promise<Told[]>;
export function steady(text: string): string;
export function textOfPage(html: string): string;
