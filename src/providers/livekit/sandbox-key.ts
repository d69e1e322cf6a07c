export const SANDBOX_KEY = "APIsandbox";
export const SANDBOX_SECRET = "sandbox-secret-that-opens-nothing";
