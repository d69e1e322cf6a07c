import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Most tests wait for other processes: one worker less than there are processors would leave those idle.
    maxWorkers: Math.max(3, availableParallelism()),
    globalSetup: "test/support/built.ts",
    // Servers, clients and child processes are real; on a loaded machine they start slowly.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
