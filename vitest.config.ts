import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/built.ts",
    // Servers, clients and child processes are real; on a loaded machine they start slowly.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
