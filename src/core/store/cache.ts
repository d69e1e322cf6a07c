/** Answers of carriers from a moment ago. Nothing that must be exact reads from here. */
export interface Cache {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, ttlMs: number): Promise<void>;
  /** Our own writes make every answer stale. */
  clear(): Promise<void>;
}
